import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceOf } from "#rules/judge/evidence.js";
import { finding } from "./judged.js";

const at = (index: number, field: string) => ["spec", "containers", index, field];

test("a finding is the same wherever its container stands", () => {
  const first = evidenceOf(finding("HP201", "api", at(0, "livenessProbe")));
  assert.equal(evidenceOf(finding("HP201", "api", at(3, "livenessProbe"))), first);
});

test("another rule, container, place or subject is another finding", () => {
  const all = [
    finding("HP201", "api", at(0, "livenessProbe")),
    finding("HP202", "api", at(0, "livenessProbe")),
    finding("HP201", "web", at(0, "livenessProbe")),
    finding("HP201", "api", at(0, "startupProbe")),
  ].map(evidenceOf);
  assert.equal(new Set(all).size, all.length);
});
