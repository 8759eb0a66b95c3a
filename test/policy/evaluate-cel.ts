import { Environment } from "@marcbachmann/cel-js";
import { unitValue } from "#manifest/fields/quantity.js";
import type { Condition } from "#policy/condition.js";
import { VARIABLES, variablesOf } from "#policy/variables.js";

/** Of Kubernetes' own functions, those that conditions use. The API server's own environment judges the same texts elsewhere. */
class Quantity {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 100_000, maxDepth: 500, maxCallArguments: 32 },
})
  .registerType("Quantity", Quantity)
  .registerFunction("quantity(string): Quantity", (text) => {
    const value = unitValue(text);
    if (value === null) throw new Error(`${text} is no quantity`);
    return new Quantity(value);
  })
  .registerFunction("Quantity.asApproximateFloat(): double", ({ value }) => value)
  .registerFunction("list.sum(): dyn", (values) =>
    (values as (number | bigint)[]).reduce((sum: number, one) => sum + Number(one), 0),
  )
  .registerFunction("string.replace(string, string): string", (text, old, by) =>
    text.replaceAll(old, by),
  );

const parsed = new Map<string, (context: Record<string, unknown>) => unknown>();

function evaluate(text: string, context: Record<string, unknown>): unknown {
  const program = parsed.get(text) ?? environment.parse(text);
  parsed.set(text, program);
  return program(context);
}

/** Names of the containers, or of the object, that a condition speaks of, by its CEL. `others`: the objects beside it. */
export function firesInCel(
  condition: Condition,
  object: Record<string, unknown>,
  others: readonly Record<string, unknown>[] = [],
): string[] {
  const variables: Record<string, unknown> = { others: celValue(others) };
  const context = { object: celValue(object), variables };
  const each = `variables.${condition.each}`;
  for (const { name, cel } of variablesOf([condition.fails, each])) {
    variables[name] = evaluate(cel, context);
  }
  if (condition.each === "object") {
    const { metadata } = object as { metadata: { name: string } };
    return evaluate(condition.fails, context) === true ? [metadata.name] : [];
  }
  const found = evaluate(
    `${each}.filter(one, ${condition.fails}).map(one, one.?name.orValue(""))`,
    context,
  );
  return [...(found as string[])].sort();
}

export const known = (name: string): boolean => VARIABLES.some((one) => one.name === name);

/** Whole numbers are CEL's int. */
function celValue(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, celValue(one)]));
}
