/** Every numbered case of the node's model stands in the name of a test. The letters: A the prober, B handlers, C back-off, D syncs, E ends, F scenarios of Kubernetes' own tests, G time-lines, H roll-outs; V worked examples of the simulator. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const CASES: Readonly<Record<string, number>> = {
  A: 24,
  B: 13,
  C: 17,
  D: 30,
  E: 16,
  F: 30,
  G: 25,
  H: 5,
  V: 35,
};

test("every numbered case is a test of that number", () => {
  const named = new Set(
    ["test/kubelet", "test/simulate", "test/edge"].flatMap(namesIn).flatMap(numbersIn),
  );
  const wanted = Object.entries(CASES).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  assert.deepEqual(
    wanted.filter((one) => !named.has(one)),
    [],
  );
});

function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"))
    .flatMap((text) =>
      [...text.matchAll(/\btest\(\s*(["'`])(.*?)\1/gs)].map(([, , name = ""]) => name),
    );
}

/** `A1, A3 to A5: …` */
function numbersIn(name: string): string[] {
  const [head = ""] = name.split(":");
  return [...head.matchAll(/\b([A-HV])(\d+)(?: to (?:[A-HV])?(\d+))?/g)].flatMap(
    ([, letter = "", from = "", to]) => {
      const last = Number(to ?? from);
      return Array.from(
        { length: last - Number(from) + 1 },
        (_, n) => `${letter}${Number(from) + n}`,
      );
    },
  );
}
