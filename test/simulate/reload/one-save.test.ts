/** One save of a running service under each tool: a build of 3.0 s, a start of 0.4 s, a service that closes its listener at the stop signal and is gone 0.2 s later. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findTool } from "#manifest/tools/find-tool.js";
import type { ReloadTool } from "#model/reload-tool.js";
import { naturalGiven } from "#simulate/life/given.js";
import type { Reload, TermHandling } from "#simulate/life/life-input.js";
import { runLife } from "#simulate/life/run-life.js";
import { lifeInput, pod, policy, s, service, takes, workload } from "#test/simulate/given.js";

const SAVE = s(100);
const exits: TermHandling = { kind: "exits", afterUs: s(0.2), code: 0 };

function named(name: string): ReloadTool {
  const tool = findTool(name, "test");
  assert.ok(tool.ok, name);
  return tool.value;
}

function oneSave(reload: Reload, onTerm: TermHandling = exits) {
  const input = lifeInput(workload(pod()), {
    reload,
    service: service({ build: takes(3), appStart: takes(0.4), onTerm }),
    saves: [{ at: SAVE, outcome: { kind: "ok" } }],
    clients: { ...lifeInput(workload(pod())).clients, ratePerS: 10, serviceUs: 0 },
    node: { ...lifeInput(workload(pod())).node, endpointLag: takes(0) },
    durationUs: s(200),
  });
  const run = runLife(input, naturalGiven(input), { events: true });
  let lost = 0;
  for (const event of run.events) {
    if (event.ev === "refusedSegment" && event.t >= SAVE) lost += event.data.requests;
  }
  const servedAt = run.servedAt.get("c1");
  return {
    refusedS: Number((lost / 10).toFixed(6)),
    newAtS: servedAt === undefined ? null : (servedAt - SAVE) / 1e6,
  };
}

const toolRows: readonly (readonly [string, number, number])[] = [
  ["air", 0.4, 4.4],
  ["air-old", 3.4, 4.4],
  ["CompileDaemon", 0.4, 4.3],
  ["reflex", 3.6, 3.9],
  ["wgo", 3.6, 3.9],
];

for (const [name, refusedS, newAtS] of toolRows) {
  test(`V26: ${name} refuses clients for ${refusedS} s and serves the new version after ${newAtS} s`, () => {
    const saved = oneSave({ kind: "tool", tool: named(name) });
    assert.deepEqual([saved.refusedS, saved.newAtS], [refusedS, newAtS]);
  });
}

test("V26: nodemon, by what SIGUSR2 does to the program", () => {
  const tool = { kind: "tool", tool: named("nodemon") } as const;
  const handled = oneSave(tool);
  assert.deepEqual([handled.refusedS, handled.newAtS], [3.6, 3.6]);
  const killed = oneSave(tool, { kind: "default" });
  assert.deepEqual([killed.refusedS, killed.newAtS], [3.4, 3.4]);
  const ignored = oneSave(tool, { kind: "go-default" });
  assert.deepEqual([ignored.refusedS, ignored.newAtS], [0, null]);
});

test("V26: hotpod loses nothing and is the fastest", () => {
  const saved = oneSave({ kind: "hotpod", policy });
  assert.deepEqual([saved.refusedS, saved.newAtS], [0, 3.4]);
});
