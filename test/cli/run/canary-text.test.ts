import assert from "node:assert/strict";
import { test } from "node:test";
import { statusView } from "#cli/run/status-view.js";
import { canaryEntry } from "#cli/run/warning-entries.js";
import { statusText } from "#report/status-text.js";
import { settingsWithPolicy } from "#test/config/policy-folder/resolve-policy.js";
import { defaults, Scene } from "#test/generation/scene.js";

const canary = { percent: 10, forMs: 5_000 };
const liveness = { periodMs: 1_000, failures: 2 };

const lineOf = (scene: Scene): string | undefined =>
  statusText(statusView(scene.status(), scene.at, 7))
    .split("\n")
    .find((line) => line.startsWith("  canary"));

test("the status tells a canary's share and when it ends, or what it waits for", () => {
  const scene = new Scene({ canary }).serving().swap("b", 1, 2).pass(2_000);
  assert.equal(
    lineOf(scene),
    "  canary     10 % of new connections, promoted in 3s (hotpod ctl promote | rollback)",
  );
  const policy = { ...defaults, canary: { percent: 0, forMs: 5_000 } };
  scene.take({ kind: "policy-changed", policy });
  assert.equal(
    lineOf(scene),
    "  canary     0 %: hotpod ctl promote, hotpod ctl rollback, or another weight",
  );
  const asked = new Scene({ canary, liveness }).serving().swap("b", 1, 2);
  assert.match(lineOf(asked) ?? "", /promoted once it answers well/);
  assert.equal(lineOf(asked.take({ kind: "promote-requested" })), undefined);
});

test("a weight that cannot be kept to is named with the reason; one that can, or none, is not", () => {
  const say = (
    percent: string,
    weighs: boolean,
    undivided: readonly string[],
    handover = "inherit",
  ): string | null => {
    const { policy } = settingsWithPolicy({ canary: percent });
    const settings = { policy: { ...policy, handover } as typeof policy };
    return canaryEntry(settings, { weighs, undivided })?.message ?? null;
  };
  assert.equal(say("10", true, []), null);
  assert.equal(say("0", false, ["unix:/s"]), null);
  assert.equal(say("100%", false, ["unix:/s"]), null);
  assert.equal(
    say("10", false, ["unix:/s"]),
    "canary is ignored: new connections cannot be divided here (unix:/s)",
  );
  assert.equal(
    say("10", false, []),
    "canary is ignored: new connections cannot be divided here (there is no listener)",
  );
  assert.equal(
    say("10", true, ["unix:/s", "udp::53"]),
    "canary: new connections to unix:/s, udp::53 are not divided; the weight counts elsewhere",
  );
  assert.equal(
    say("10", true, [], "restart"),
    "canary is ignored: with handover restart only one generation runs at a time",
  );
});
