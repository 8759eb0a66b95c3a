import assert from "node:assert/strict";
import { test } from "node:test";
import { EXPORTED } from "#policy/exported.js";
import { conftestFiles } from "#policy/forms/conftest.js";
import { cases } from "./cases.js";
import { ask, workFolder, write } from "./engines.js";
import { JUDGE_REGO } from "./judge-rego.js";

const folder = workFolder();
for (const { name, text } of conftestFiles(EXPORTED, null)) write(folder, `policy/${name}`, text);
write(folder, "policy/judge.rego", JUDGE_REGO);

test("OPA finds nothing to complain about", () => {
  ask("opa", ["check", "--strict", "policy"], { folder });
});

test("OPA says of every example what its CEL says", () => {
  const all = cases();
  const input = all.map(({ object, others }) => ({ object, beside: others }));
  write(folder, "cases.json", JSON.stringify({ cases: input }));
  const query = "[said | some asked in data.cases; said := data.judge.fires with input as asked]";
  const text = ask("opa", ["eval", "-d", "policy", "-d", "cases.json", "-f", "json", query], {
    folder,
  });
  const [answers] = valuesOf(text);
  assert.ok(Array.isArray(answers));
  const said = all.map(({ name }, i) => ({ name, fires: sorted(answers[i]) }));
  const wanted = all.map(({ name, fires }) => ({ name, fires: sorted(lowerKeys(fires)) }));
  assert.deepEqual(said, wanted);
});

function valuesOf(text: string): unknown[] {
  const { result } = JSON.parse(text) as { result: { expressions: { value: unknown }[] }[] };
  return result.flatMap(({ expressions }) => expressions.map(({ value }) => value));
}

const lowerKeys = (map: Readonly<Record<string, readonly string[]>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));

function sorted(map: unknown): [string, readonly string[]][] {
  const entries = Object.entries(map as Record<string, readonly string[]>);
  return entries
    .map(([key, names]): [string, readonly string[]] => [key, [...names].sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
