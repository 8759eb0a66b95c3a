import { describeCase } from "#simulate/properties/describe-case.js";
import type { Finding } from "#simulate/properties/examine-case.js";
import { writeToken } from "#simulate/properties/replay-token.js";

/** A finding for people: what is wrong, the case as a table, and how to see it again. */
export function findingText({ token, input, violations }: Finding): string {
  const rows = describeCase(input);
  const width = Math.max(...rows.map(({ name }) => name.length));
  const wrong = violations.map(({ watches, detail }) => `${watches}: ${detail}`);
  return [
    ...(wrong.length === 0 ? ["no rule is broken"] : wrong),
    ...rows.map(({ name, value }) => `  ${name.padEnd(width)}  ${value}`),
    `  hotpod simulate replay ${writeToken(token)}`,
  ].join("\n");
}

/** The same as one line of JSON. */
export function findingLine({ token, input, violations }: Finding): string {
  return JSON.stringify({
    schema: "hotpod.finding/v1",
    token: writeToken(token),
    ...token,
    violations: violations.map(({ watches, detail }) => ({ rule: watches, detail })),
    case: describeCase(input),
  });
}
