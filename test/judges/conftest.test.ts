import assert from "node:assert/strict";
import { test } from "node:test";
import { EXPORTED } from "#policy/exported.js";
import { conftestFiles } from "#policy/forms/conftest.js";
import { cases, inventoryRules, rulesOf, verdictLine } from "./cases.js";
import { ask, workFolder, write } from "./engines.js";

interface Answer {
  readonly filename: string;
  readonly failures?: readonly { readonly msg: string }[];
  readonly warnings?: readonly { readonly msg: string }[];
}

const folder = workFolder();
for (const { name, text } of conftestFiles(EXPORTED, null)) write(folder, `policy/${name}`, text);
const all = cases();

test("conftest says of every object alone what its CEL says", () => {
  for (const [i, { object }] of all.entries()) {
    write(folder, `objects/${i}.json`, JSON.stringify(object));
  }
  const args = ["test", "-p", "policy", "--parser", "json", "--output", "json", "objects"];
  const answers = JSON.parse(ask("conftest", args, { folder, codes: [0, 1] })) as Answer[];
  const byIndex = new Map(
    answers.map((one) => [Number(/(\d+)\.json$/.exec(one.filename)?.[1]), one]),
  );
  const said = all.map(({ name }, i) => verdictLine(name, rulesIn(byIndex.get(i))));
  const wanted = all.map((one) =>
    verdictLine(
      one.name,
      rulesOf(one).filter((rule) => !inventoryRules.has(rule)),
    ),
  );
  assert.deepEqual(said, wanted);
});

test("conftest --combine lets rules see the other files", () => {
  const some = all.filter((one) => rulesOf(one).some((rule) => inventoryRules.has(rule)));
  assert.ok(some.length >= inventoryRules.size);
  for (const [i, one] of some.entries()) {
    for (const [j, object] of [one.object, ...one.others].entries()) {
      write(folder, `combined/${i}/${j}.json`, JSON.stringify(object));
    }
    const args = ["test", "-p", "policy", "--parser", "json", "--output", "json", "--combine"];
    const text = ask("conftest", [...args, `combined/${i}`], { folder, codes: [0, 1] });
    const [answer] = JSON.parse(text) as Answer[];
    const said = new Set(rulesIn(answer));
    for (const rule of rulesOf(one)) assert.ok(said.has(rule), `${one.name}: ${rule}`);
  }
});

function rulesIn(answer: Answer | undefined): string[] {
  const messages = [...(answer?.failures ?? []), ...(answer?.warnings ?? [])];
  return messages.map(({ msg }) => /^HP\d+/.exec(msg)?.[0] ?? msg);
}
