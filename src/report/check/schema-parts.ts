export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const maybeText: Schema = { type: ["string", "null"] };
export const count: Schema = { type: "integer", minimum: 0 };
export const position: Schema = { type: "integer", minimum: 1 };
export const list = (items: Schema): Schema => ({ type: "array", items });
export const maybe = (schema: Schema): Schema => ({ oneOf: [schema, { type: "null" }] });

/** Every property is always there; null stands for what is not. */
export function object(properties: Readonly<Record<string, Schema>>): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

export const place = object({
  file: text,
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
  text,
});

/** A formula's number. */
export const figure: Schema = object({ name: text, value: text, source: text });

/** What could not be read. */
export const problem: Schema = object({ where: text, what: text, hint: text });
