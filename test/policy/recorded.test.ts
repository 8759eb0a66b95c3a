import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import { unitValue } from "#manifest/fields/quantity.js";
import { cases } from "#test/judges/cases.js";
import { fingerprint, RECORD, type Recorded, WASM } from "./recorded.js";

const recorded = JSON.parse(readFileSync(RECORD, "utf8")) as Recorded;

test("the engines have judged these very conditions", () => {
  const say =
    "conditions have changed since: make judges asks the engines, and records what they say";
  assert.equal(recorded.fingerprint, fingerprint(), say);
});

test("what OPA compiled says of every example what its CEL says", async () => {
  const policy = await loadPolicy(
    gunzipSync(readFileSync(WASM)),
    { initial: 100 },
    // Only OPA's own binary has it.
    { "units.parse": (text: string) => unitValue(text) },
  );
  const all = cases();
  const said = all.map(({ name, object, others }) => {
    const [answer] = policy.evaluate({ object, beside: others }) as { result: Answer }[];
    return `${name}: ${shown(answer?.result ?? {})}`;
  });
  assert.deepEqual(
    said,
    all.map(({ name, fires }) => `${name}: ${shown(fires)}`),
  );
});

type Answer = Readonly<Record<string, readonly string[]>>;

const shown = (fires: Answer): string =>
  Object.entries(fires)
    .map(([rule, names]) => `${rule.toUpperCase()} ${[...names].sort().join(",")}`)
    .sort()
    .join("; ");
