import type { CelNode } from "#policy/parse-cel.js";

/** CEL's names → Rego's terms. */
export type Scope = Readonly<Record<string, string>>;

/** The body that is being written: its lines so far, what names stand for, and where fresh names come from. */
export interface Body {
  readonly lines: string[];
  readonly scope: Scope;
  /** What stands before the names of the library, `hotpod.`; nothing in the library itself. */
  readonly library: string;
  readonly fresh: (wish: string) => string;
}

export function emptyBody(scope: Scope, library: string): Body {
  let count = 0;
  const fresh = (wish: string): string => `${wish}_${++count}`;
  return { lines: [], scope, library, fresh };
}

/** A body inside this one, with further names. */
export function innerBody(body: Body, names: Scope = {}): Body {
  return { ...body, lines: [], scope: { ...body.scope, ...names } };
}

export const joined = (lines: readonly string[]): string => lines.join("; ");

/** A term that is more than a name gets one, so that it is worked out once. */
export function named(body: Body, term: string): string {
  if (/^[A-Za-z0-9_.]+$/.test(term)) return term;
  const name = body.fresh("t");
  body.lines.push(`${name} := ${term}`);
  return name;
}

/** Goes through a list, or through a map by its keys as CEL does. */
export const eachOf = (body: Body, name: string, list: string): string =>
  `some ${name} in ${body.library}items(${list})`;

export function literal(value: unknown): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** Functions on a value that Rego has too. */
export const METHODS: Readonly<Record<string, (of: string, args: readonly string[]) => string>> = {
  size: (of) => `count(${of})`,
  sum: (of) => `sum(${of})`,
  startsWith: (of, [text]) => `startswith(${of}, ${text})`,
  endsWith: (of, [text]) => `endswith(${of}, ${text})`,
  contains: (of, [text]) => `contains(${of}, ${text})`,
  matches: (of, [pattern]) => `regex.match(${pattern}, ${of})`,
  split: (of, [by]) => `split(${of}, ${by})`,
  join: (of, [by]) => `concat(${by ?? '""'}, ${of})`,
  replace: (of, [old, text]) => `replace(${of}, ${old}, ${text})`,
  substring: (of, [from, to]) =>
    `substring(${of}, ${from}, ${to === undefined ? "-1" : `${to} - ${from}`})`,
  indexOf: (of, [text]) => `indexof(${of}, ${text})`,
  lowerAscii: (of) => `lower(${of})`,
  trim: (of) => `trim_space(${of})`,
  asApproximateFloat: (of) => `units.parse(sprintf("%v", [${of}]))`,
};

/** Functions of one value. */
export const FUNCTIONS: Readonly<Record<string, (of: string) => string>> = {
  dyn: (of) => of,
  quantity: (of) => of,
  double: (of) => `to_number(${of})`,
  int: (of) => `to_number(${of})`,
  string: (of) => `sprintf("%v", [${of}])`,
  size: (of) => `count(${of})`,
};

/** `.?a`, `[?"a"]`, or what goes on from there. */
export function isOptional(node: CelNode): boolean {
  if (node.op === ".?" || node.op === "[?]") return true;
  return (node.op === "." || node.op === "[]") && isOptional(node.args[0]);
}
