import { assert } from "#base/assert.js";
import { type CelNode, parseCel } from "#policy/parse-cel.js";
import {
  type Body,
  eachOf,
  emptyBody,
  FUNCTIONS,
  innerBody,
  isOptional,
  joined,
  literal,
  METHODS,
  named,
  type Scope,
} from "./terms.js";

/**
 * CEL to Rego, as far as conditions use CEL. A CEL expression becomes the lines of a rule's body and the term that holds its value; a
 * condition becomes lines that all hold exactly when it is true. Where CEL would meet an error, Rego has no value, and no line holds.
 */
export function regoCondition(text: string, scope: Scope, library: string): readonly string[] {
  const body = emptyBody(scope, library);
  test(parseCel(text), body);
  return body.lines;
}

export function regoValue(
  text: string,
  scope: Scope,
  library: string,
): { readonly lines: readonly string[]; readonly term: string } {
  const body = emptyBody(scope, library);
  const value = term(parseCel(text), body);
  return { lines: body.lines, term: value };
}

const COMPARISONS = new Set(["==", "!=", "<", "<=", ">", ">="]);
const QUANTIFIERS = new Set(["all", "exists", "exists_one"]);

/** Adds lines that hold when the node is true. */
function test(node: CelNode, body: Body): void {
  const { lines } = body;
  if (node.op === "&&") for (const one of node.args) test(one, body);
  else if (node.op === "||") lines.push(anyOf(node.args.map((one) => tested(one, body))));
  else if (node.op === "!_") lines.push(none(tested(node.args, body)));
  else if (node.op === "?:") {
    const [when, then, otherwise] = node.args;
    const holds = tested(when, body);
    const yes = [...holds, ...tested(then, body)];
    lines.push(anyOf([yes, [none(holds), ...tested(otherwise, body)]]));
  } else if (COMPARISONS.has(node.op)) {
    const [left, right] = (node.args as [CelNode, CelNode]).map((one) => term(one, body));
    lines.push(`${left} ${node.op} ${right}`);
  } else if (node.op === "rcall" && QUANTIFIERS.has(node.args[0])) {
    lines.push(quantified(node.args, body));
  } else lines.push(`${term(node, body)} == true`);
}

function tested(node: CelNode, body: Body): readonly string[] {
  const inner = innerBody(body);
  test(node, inner);
  return inner.lines;
}

const none = (lines: readonly string[]): string => `count([1 | ${joined(lines)}]) == 0`;

const anyOf = (branches: readonly (readonly string[])[]): string =>
  `${branches.map((lines) => `count([1 | ${joined(lines)}])`).join(" + ")} > 0`;

type Call = readonly [string, CelNode, readonly CelNode[]];

function quantified([kind, over, [variable, condition]]: Call, body: Body): string {
  assert(variable?.op === "id" && condition !== undefined, `${kind} takes a name and a condition`);
  const list = term(over, body);
  const name = body.fresh(variable.args);
  const inside = tested(condition, innerBody(body, { [variable.args]: name }));
  const each = eachOf(body, name, list);
  if (kind === "all") return none([each, none(inside)]);
  const count = `count([1 | ${joined([each, ...inside])}])`;
  return kind === "exists" ? `${count} > 0` : `${count} == 1`;
}

/** The node's value, after the lines that it adds. */
function term(node: CelNode, body: Body): string {
  switch (node.op) {
    case "value":
      return literal(node.args);
    case "id": {
      const known = body.scope[node.args];
      assert(known !== undefined, `${node.args} is not known in a condition`);
      return known;
    }
    case ".":
    case "[]":
      return field(node.args, body);
    case "list":
      return `[${terms(node.args, body)}]`;
    case "map":
      return `{${node.args.map((pair) => pair.map((one) => term(one, body)).join(": ")).join(", ")}}`;
    case "?:":
      return either(node.args, body);
    case "+":
      return named(body, `${body.library}added(${terms(node.args, body)})`);
    case "-":
    case "*":
    case "/":
    case "%":
      return `(${node.args.map((one) => term(one, body)).join(` ${node.op} `)})`;
    case "-_":
      return `(0 - ${term(node.args, body)})`;
    case "in":
      return named(body, `${body.library}within(${terms(node.args, body)})`);
    case "call":
      return call(node.args, body);
    case "rcall":
      return method(node.args, body);
    default:
      return named(body, `count([1 | ${joined(tested(node, body))}]) > 0`);
  }
}

const terms = (nodes: readonly CelNode[], body: Body): string =>
  nodes.map((one) => term(one, body)).join(", ");

const isVariables = (node: CelNode): boolean => node.op === "id" && node.args === "variables";

function field([of, key]: readonly [CelNode, CelNode | string], body: Body): string {
  if (isVariables(of) && typeof key === "string") return `${body.library}v_${key}`;
  const base = named(body, term(of, body));
  if (typeof key !== "string") return `${base}[${term(key, body)}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${base}.${key}` : `${base}[${JSON.stringify(key)}]`;
}

/** `when ? then : otherwise`, of which one has a value. */
function either([when, then, otherwise]: readonly [CelNode, CelNode, CelNode], body: Body): string {
  const holds = tested(when, body);
  const branch = (node: CelNode, before: readonly string[]): string => {
    const inner = innerBody(body);
    const value = term(node, inner);
    return `[${value} | ${joined([...before, ...inner.lines])}]`;
  };
  return named(
    body,
    `array.concat(${branch(then, holds)}, ${branch(otherwise, [none(holds)])})[0]`,
  );
}

/** No object has this as a value. */
const ABSENT = '"\\u0000"';

function call([name, [of]]: readonly [string, readonly CelNode[]], body: Body): string {
  assert(of !== undefined, `${name} takes a value`);
  if (name === "has") return named(body, `${optional(of, ABSENT, body)} != ${ABSENT}`);
  const translated = FUNCTIONS[name];
  assert(translated !== undefined, `${name}() has no translation`);
  return named(body, translated(term(of, body)));
}

function method(args: Call, body: Body): string {
  const [name, of, rest] = args;
  if (QUANTIFIERS.has(name)) return named(body, `count([1 | ${quantified(args, body)}]) > 0`);
  if (name === "hasValue") return named(body, `${optional(of, ABSENT, body)} != ${ABSENT}`);
  if (name === "orValue") return named(body, optional(of, terms(rest, body), body));
  const value = term(of, body);
  if (name === "filter" || name === "map") return listed(name, value, rest, body);
  const translated = METHODS[name];
  assert(translated !== undefined, `.${name}() has no translation`);
  return named(
    body,
    translated(
      value,
      rest.map((one) => term(one, body)),
    ),
  );
}

function listed(
  kind: "filter" | "map",
  list: string,
  [variable, of]: readonly CelNode[],
  body: Body,
): string {
  assert(variable?.op === "id" && of !== undefined, `${kind} takes a name and a body`);
  const name = body.fresh(variable.args);
  const inner = innerBody(body, { [variable.args]: name });
  const each = eachOf(body, name, list);
  if (kind === "filter") return named(body, `[${name} | ${joined([each, ...tested(of, inner)])}]`);
  const value = term(of, inner);
  return named(body, `[${value} | ${joined([each, ...inner.lines])}]`);
}

/** `a.?b.c[?"d"]`, or what stands in its place. */
function optional(node: CelNode, fallback: string, body: Body): string {
  const { base, path } = pathOf(node, body);
  return `object.get(${base}, [${path.join(", ")}], ${fallback})`;
}

/** What is there for certain, and the path from it. */
function pathOf(node: CelNode, body: Body): { base: string; path: readonly string[] } {
  const isField = node.op === "." || node.op === ".?" || node.op === "[]" || node.op === "[?]";
  if (!isField || isVariables(node.args[0]))
    return { base: named(body, term(node, body)), path: [] };
  const [of, key] = node.args;
  const step = typeof key === "string" ? JSON.stringify(key) : term(key, body);
  if (!isOptional(of)) return { base: named(body, term(of, body)), path: [step] };
  const { base, path } = pathOf(of, body);
  return { base, path: [...path, step] };
}
