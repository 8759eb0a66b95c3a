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

/** The object, with properties that may be missing: those that came with a later version. */
export function withOptional(schema: Schema, optional: Readonly<Record<string, Schema>>): Schema {
  return { ...schema, properties: { ...(schema.properties as object), ...optional } };
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
