import assert from "node:assert/strict";
import { test } from "node:test";
import { TOOL_FACTS } from "#manifest/tools/tool-facts.js";
import { examineCase, type Subject } from "#simulate/properties/examine-case.js";

/** A share of what `make invariants` checks. */
const CASES = 600;
const hotpod: Subject = { name: "hotpod", reload: "hotpod", defect: null };

test(`no rule is broken in ${CASES} random lives under hotpod`, () => {
  for (let seed = 1; seed <= CASES; seed++) {
    const again = `hotpod simulate check-invariants --cases 1 --seed ${seed}`;
    assert.deepEqual(examineCase(seed, hotpod), [], again);
  }
});

const stopsFirst = TOOL_FACTS.filter(({ facts }) => facts.stopWhen !== "afterReady");

test("there are tools that stop the old program first", () => assert.ok(stopsFirst.length >= 9));

for (const { name, program, facts } of stopsFirst) {
  test(`${name} leaves clients alone within 100 lives, and breaks none of the kubelet's rules`, () => {
    const tool = { ...facts, name: program, versions: "any" };
    const subject: Subject = { name, reload: { kind: "tool", tool }, defect: null };
    const broken = new Set<string>();
    for (let seed = 1; seed <= 100; seed++) {
      for (const { watches } of examineCase(seed, subject)) broken.add(watches);
    }
    assert.ok(broken.has("I1"), [...broken].join());
    // What stops first can fail liveness; all else is the kubelet's own.
    assert.deepEqual(
      [...broken].filter((rule) => rule !== "I1" && rule !== "I3"),
      [],
    );
  });
}
