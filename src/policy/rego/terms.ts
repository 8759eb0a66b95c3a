import type { CelNode } from "#policy/parse-cel.js";

/** CEL's names → Rego's terms. */
export type Scope = Readonly<Record<string, string>>;

/** The body that is being written: its lines so far, what names stand for, and where rules of its own go. */
export interface Body {
  readonly lines: string[];
  readonly scope: Scope;
  /** What stands before the names of the library, `hotpod.`; nothing in the library itself. */
  readonly library: string;
  readonly helpers: Helpers;
}

/** Rules that a body calls. Rego's compiler is slow on what is nested, and so are people. */
export interface Helpers {
  /** What their names begin with, so that several bodies can stand in one package. */
  readonly prefix: string;
  /** Whole rules. */
  readonly texts: string[];
  count: number;
}

export function emptyBody(scope: Scope, library: string, prefix: string): Body {
  return { lines: [], scope, library, helpers: { prefix, texts: [], count: 0 } };
}

/** A body inside this one, with further names. */
export function innerBody(body: Body, names: Scope = {}): Body {
  return { ...body, lines: [], scope: { ...body.scope, ...names } };
}

/** A name that no other has. */
export const fresh = (body: Body, wish: string): string => `${wish}_${++body.helpers.count}`;

/**
 * Makes a rule of its own and gives the call of it: `bodies` are alternatives, `value` is what each of them gives (none: it holds).
 * Its arguments are the names that it uses and does not make.
 */
export function helper(
  body: Body,
  wish: string,
  bodies: readonly { readonly lines: readonly string[]; readonly value?: string }[],
): string {
  const { helpers } = body;
  const name = `${helpers.prefix}${wish}${++helpers.count}`;
  const all = bodies.flatMap(({ lines, value }) => [...lines, value ?? ""]).join("\n");
  const names = freeNames(all);
  const call = (args: readonly string[]): string =>
    args.length === 0 ? name : `${name}(${args.join(", ")})`;
  for (const { lines, value } of bodies) {
    const used = new Set(freeNames([...lines, value ?? ""].join("\n")));
    const head = call(names.map((one) => (used.has(one) ? one : "_")));
    const given = value === undefined ? "" : ` := ${value}`;
    const conditions = lines.map((line) => `\t${line}`).join("\n");
    helpers.texts.push(
      lines.length === 0 ? `${head}${given}` : `${head}${given} if {\n${conditions}\n}`,
    );
  }
  return call(names);
}

/** Names end in a number. Those of helpers are followed by their arguments, or end otherwise. */
const NAME = /(?<![.\w])(?:one|[a-z]\w*_\d+)(?![\w(])/g;

function freeNames(text: string): string[] {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const made = new Set(
    [...plain.matchAll(/(?:some (\w+) in|(\w+) :=)/g)].flatMap(([, a, b]) => [a, b]),
  );
  return [...new Set(plain.match(NAME) ?? [])].filter((name) => !made.has(name)).sort();
}

/** A term that is more than a name gets one, so that it is worked out once. */
export function named(body: Body, term: string): string {
  if (/^[A-Za-z0-9_.]+(\([\w, ]*\))?$/.test(term)) return term;
  const name = fresh(body, "t");
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
