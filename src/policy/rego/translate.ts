import { assert } from "#base/assert.js";
import { type CelNode, parseCel } from "#policy/parse-cel.js";
import {
  type Body,
  eachOf,
  emptyBody,
  FUNCTIONS,
  fresh,
  helper,
  innerBody,
  isOptional,
  literal,
  METHODS,
  named,
  type Scope,
} from "./terms.js";

/** Rego that holds, or has a value, where CEL does. */
export interface Translated {
  readonly lines: readonly string[];
  /** What the text is worth after the lines; of a condition `true`. */
  readonly term: string;
  /** Rules that the lines call, for the same package. */
  readonly helpers: readonly string[];
}

/**
 * CEL to Rego, as far as conditions use CEL. A CEL expression becomes the lines of a rule's body and the term that holds its value; a
 * condition becomes lines that all hold exactly when it is true. Where CEL would meet an error, Rego has no value, and no line holds.
 */
export function regoCondition(text: string, scope: Scope, library: string): Translated {
  const body = emptyBody(scope, library, "");
  test(parseCel(text), body);
  return { lines: body.lines, term: "true", helpers: body.helpers.texts };
}

/** `prefix`: of the helpers' names. */
export function regoValue(text: string, scope: Scope, library: string, prefix: string): Translated {
  const body = emptyBody(scope, library, prefix);
  const value = term(parseCel(text), body);
  return { lines: body.lines, term: value, helpers: body.helpers.texts };
}

const COMPARISONS = new Set(["==", "!=", "<", "<=", ">", ">="]);
const QUANTIFIERS = new Set(["all", "exists", "exists_one"]);

/** Adds lines that hold when the node is true. */
function test(node: CelNode, body: Body): void {
  const { lines } = body;
  if (node.op === "&&") for (const one of node.args) test(one, body);
  else if (node.op === "||") {
    lines.push(
      helper(
        body,
        "any",
        alternatives(node).map((one) => ({ lines: tested(one, body) })),
      ),
    );
  } else if (node.op === "!_") lines.push(`not ${holds(node.args, body)}`);
  else if (node.op === "?:") {
    const [when, then, otherwise] = node.args;
    const is = holds(when, body);
    const yes = [is, ...tested(then, body)];
    const no = [`not ${is}`, ...tested(otherwise, body)];
    lines.push(helper(body, "either", [{ lines: yes }, { lines: no }]));
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

/** The call of a rule that holds when the node is true. */
const holds = (node: CelNode, body: Body): string =>
  helper(body, "holds", [{ lines: tested(node, body) }]);

function alternatives(node: CelNode): readonly CelNode[] {
  return node.op === "||" ? node.args.flatMap(alternatives) : [node];
}

type Call = readonly [string, CelNode, readonly CelNode[]];

function quantifiedLines(args: Call, body: Body): readonly string[] {
  const inner = innerBody(body);
  inner.lines.push(quantified(args, inner));
  return inner.lines;
}

function quantified([kind, over, [variable, condition]]: Call, body: Body): string {
  assert(variable?.op === "id" && condition !== undefined, `${kind} takes a name and a condition`);
  const list = named(body, term(over, body));
  const name = fresh(body, variable.args);
  const inner = innerBody(body, { [variable.args]: name });
  const each = eachOf(body, name, list);
  if (kind === "all") {
    const fails = [each, `not ${holds(condition, inner)}`];
    return `not ${helper(body, "fails", [{ lines: fails }])}`;
  }
  const inside = [each, ...tested(condition, inner)];
  if (kind === "exists") return helper(body, "some", [{ lines: inside }]);
  return `count([1 | ${inside.join("; ")}]) == 1`;
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
    case ".?":
    case "[?]":
      throw new Error("an optional field ends in orValue or hasValue, and is chosen by its key");
    default:
      return truth(holds(node, body), body);
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

/** Whether something holds, as a value. */
const truth = (is: string, body: Body): string =>
  helper(body, "truth", [
    { lines: [is], value: "true" },
    { lines: [`not ${is}`], value: "false" },
  ]);

/** `when ? then : otherwise`, of which one has a value. */
function either([when, then, otherwise]: readonly [CelNode, CelNode, CelNode], body: Body): string {
  const is = holds(when, body);
  const branch = (node: CelNode, before: string) => {
    const inner = innerBody(body);
    const value = term(node, inner);
    return { lines: [before, ...inner.lines], value };
  };
  return named(body, helper(body, "either", [branch(then, is), branch(otherwise, `not ${is}`)]));
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
  if (QUANTIFIERS.has(name)) {
    return named(
      body,
      truth(helper(body, "holds", [{ lines: quantifiedLines(args, body) }]), body),
    );
  }
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
  const whole = named(body, list);
  const name = fresh(body, variable.args);
  const inner = innerBody(body, { [variable.args]: name });
  const each = eachOf(body, name, whole);
  const value = kind === "filter" ? name : term(of, inner);
  if (kind === "filter") test(of, inner);
  const comprehension = `[${value} | ${[each, ...inner.lines].join("; ")}]`;
  return named(body, helper(body, "list", [{ lines: [], value: comprehension }]));
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
