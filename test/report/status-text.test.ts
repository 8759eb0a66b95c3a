import assert from "node:assert/strict";
import { test } from "node:test";
import { type ShownStatus, statusText } from "#report/status-text.js";

const status: ShownStatus = {
  version: "1.2.3",
  pid: 1,
  phase: "serving",
  ready: { code: 200 },
  live: { code: 200 },
  serving: {
    generation: 4,
    artifact: { id: "aaaaaaaaaaaa" },
    pid: 77,
    phase: "serving",
    ageMs: 61_000,
  },
  candidate: null,
  canary: null,
  draining: [],
  build: null,
  behind: null,
  lastUpdate: null,
  handover: { kind: "inherit", why: null },
  rollback: null,
  quarantine: [],
  paused: false,
  drift: false,
  nextBoot: null,
};

test("what serves, and where the time of the last update went", () => {
  const timing = { noticeMs: 3, buildMs: 180, startMs: 9, readyMs: 20, switchMs: 2 };
  const text = statusText({ ...status, lastUpdate: { generation: 4, ...timing } });
  assert.equal(
    text,
    [
      "hotpod 1.2.3 (pid 1): serving, ready",
      "  serving    generation 4, aaaaaaaaaaaa, pid 77, serving, for 1m1s",
      "  updated    generation 4 in 214ms: notice 3ms, build 180ms, start 9ms, ready 20ms, switch 2ms",
      "  hand-over  inherit",
    ].join("\n"),
  );
  assert.doesNotMatch(statusText(status), /updated/);
});

test("what a rollback would be, and why", () => {
  const artifact = "bbbbbbbbbbbb";
  const line = (rollback: ShownStatus["rollback"]) =>
    /^ {2}rollback {3}(.*)$/m.exec(statusText({ ...status, rollback }))?.[1];
  assert.equal(
    line({ way: "warm", artifact, generation: 3, standsBy: true }),
    "warm, generation 3 (bbbbbbbbbbbb) stands by",
  );
  assert.equal(
    line({ way: "warm", artifact, generation: 3, standsBy: false }),
    "warm, generation 3 (bbbbbbbbbbbb) has not ended yet",
  );
  const cold = "cold, bbbbbbbbbbbb would be started anew: ";
  for (const [why, words] of [
    [{ kind: "unable" }, /^the service does not say that it can stand by/],
    [{ kind: "off", key: "standby" }, /^standby is false$/],
    [{ kind: "handover", handover: "transparent" }, /^with handover transparent no generation can/],
    [{ kind: "proved" }, /^the serving generation has proved good/],
    [{ kind: "ended" }, /^the generation before has ended$/],
  ] as const) {
    const text = line({ way: "cold", artifact, why }) ?? "";
    assert.ok(text.startsWith(cold), text);
    assert.match(text.slice(cold.length), words);
  }
  assert.equal(line(null), undefined);
});
