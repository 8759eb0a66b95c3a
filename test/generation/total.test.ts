import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";
import { initialState, type State } from "#generation/state.js";
import { statusOf } from "#generation/status-of.js";
import { step } from "#generation/step.js";
import { defaults } from "./scene.js";

const number = fc.integer({ min: 0, max: 6 });
const content = fc.constantFrom("a", "b", "c");
const artifact = fc.record({
  id: fc.constantFrom("A", "B", "C"),
  content: fc.option(content),
});
const exit = fc.oneof(
  fc.record({ kind: fc.constant("code" as const), code: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant("signal" as const), signal: fc.constantFrom("SIGKILL", "SIGRT1") }),
);
const failure = fc.constantFrom(
  { kind: "incomplete", detail: "" } as const,
  { kind: "timeout", output: "" } as const,
  { kind: "store", detail: "" } as const,
);
const memory = fc.record({
  limitBytes: fc.constantFrom(0, 2 ** 30),
  usedBytes: fc.constantFrom(0, 2 ** 30),
  generationBytes: fc.option(fc.constant(2 ** 20)),
});
const policy = fc.record({
  handover: fc.constantFrom("inherit", "restart", "proxy"),
  boot: fc.constantFrom("image", "last-good"),
  readiness: fc.constantFrom("keep", "hold"),
  paused: fc.boolean(),
  rollback: fc.boolean(),
  readyHttp: fc.boolean(),
  maxDraining: fc.integer({ min: 0, max: 2 }),
  canary: fc.record({
    percent: fc.constantFrom(0, 1, 50, 99, 100),
    forMs: fc.constantFrom(0, 100, 10_000),
  }),
  probationMs: fc.constantFrom(0, 100),
  lingerMs: fc.constantFrom(0, 100),
  graceMs: fc.constantFrom(0, 1_000, 30_000),
  liveness: fc.constantFrom(null, { periodMs: 50, failures: 1 }),
  crash: fc.record({
    restarts: fc.integer({ min: 0, max: 2 }),
    windowMs: fc.constantFrom(10, 1_000),
  }),
  memory: fc.record({
    headroom: fc.constant({ percentOfLimit: 10, minBytes: 0 }),
    policy: fc.constantFrom("restart", "hold"),
  }),
}) as unknown as fc.Arbitrary<Partial<typeof defaults>>;
const full = policy.map((parts) => ({ ...defaults, ...parts }));

const answer = { good: fc.boolean(), detail: fc.constant("x") };
const signal = fc.constantFrom("SIGTERM", "SIGINT");

function happens<T extends Record<string, fc.Arbitrary<unknown>>>(kind: string, fields: T) {
  return fc.record({ kind: fc.constant(kind), ...fields });
}

/** Every kind of event, with numbers that may be known, stale or never given out. */
const event = fc.oneof(
  happens("started", { image: fc.option(artifact), lastGood: fc.option(artifact) }),
  happens("change-noticed", {}),
  happens("inputs-read", {
    ...{ ticket: number, content: fc.option(content), changed: fc.constant([]) },
    midSave: fc.boolean(),
  }),
  happens("build-succeeded", { build: number, artifact }),
  happens("build-failed", { build: number, failure }),
  happens("build-cancelled", { build: number }),
  happens("memory-measured", { generation: number, memory: fc.option(memory) }),
  happens("generation-spawned", { generation: number, pid: number }),
  happens("spawn-failed", { generation: number, reason: fc.constant("x") }),
  happens("notified", {
    generation: number,
    notice: fc.constantFrom("hello", "ready", "stopping"),
  }),
  happens("handover-chosen", {
    handover: fc.constantFrom("inherit", "transparent"),
    why: fc.constant({ kind: "took-sockets" }),
  }),
  happens("accepting-seen", { generation: number }),
  happens("ready-answered", { generation: number, ...answer }),
  happens("liveness-answered", { generation: number, ...answer }),
  happens("generation-exited", { generation: number, exit }),
  happens("generation-gone", { generation: number }),
  happens("queue-emptied", { generation: number }),
  happens("steered", { generation: number }),
  happens("stop-requested", { signal, terminal: fc.boolean() }),
  happens("signal-received", { signal: fc.constant("SIGHUP") }),
  happens("reload-requested", {}),
  happens("rollback-requested", {}),
  happens("promote-requested", {}),
  happens("pause-changed", { paused: fc.boolean() }),
  happens("policy-changed", { policy: full }),
  happens("woke", { wake: fc.integer({ min: 0, max: 40 }) }),
) as unknown as fc.Arbitrary<Event>;

const moment = fc.tuple(event, fc.constantFrom(0, 1, 30, 300, 5_000, 60_000));
const life = fc.tuple(full, fc.boolean(), fc.option(artifact), fc.array(moment, { maxLength: 80 }));

test("step is total, pure and forgets nothing it froze, whatever happens in whatever order", () => {
  const property = fc.property(life, ([first, terminal, image, moments]) => {
    let at = 0;
    let state = freeze(initialState(first, { terminal, weighs: true }));
    const events: Event[] = [{ kind: "started", image, lastGood: null, at }];
    for (const [one, later] of moments) {
      at += later;
      events.push({ ...one, at });
    }
    let ended = false;
    for (const one of events) {
      const { state: next, commands } = step(state, freeze(one));
      assert.deepEqual(step(state, one).commands, commands);
      if (ended) assert.deepEqual(commands, []);
      ended ||= commands.some(({ kind }) => kind === "exit");
      assert.ok(!commands.some((command) => isLate(command, one.at)));
      statusOf(next, one.at);
      state = freeze(next);
    }
  });
  fc.assert(property, { numRuns: 2_000, seed: 7 });
});

function isLate(command: Command, now: number): boolean {
  return command.kind === "wake-at" && !(command.at >= now);
}

/** Deeply, so that a step which changes what it was given throws. */
function freeze<T extends State | Event>(value: T): T {
  const seen: unknown[] = [value];
  for (let one = seen.pop(); one !== undefined; one = seen.pop()) {
    if (typeof one !== "object" || one === null || Object.isFrozen(one)) continue;
    Object.freeze(one);
    seen.push(...Object.values(one));
  }
  return value;
}
