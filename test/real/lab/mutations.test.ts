/**
 * After arms with one thing done wrongly, run for real: the prediction named here has to notice, by a figure that was measured. Else an arm
 * could come out as predicted whatever hotpod does.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { openMachine } from "#edge/lab/open-machine.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { SCENARIOS } from "#lab/catalogue.js";
import { NEEDS } from "#lab/need.js";
import { runScenario } from "#lab/run-scenario.js";
import type { ArmResult } from "#model/lab/lab-report.js";
import type { LabMachine } from "#ports/lab/lab-machine.js";
import {
  type Breaks,
  both,
  flag,
  killedInsteadOfStopped,
  pathInsteadOf,
  storeOfItsOwn,
} from "./broken-bench.js";

interface Switch {
  /** Scenario and arm. */
  readonly of: readonly [scenario: string, arm: string];
  readonly what: string;
  readonly breaks: Breaks;
  /** The measure whose prediction notices. */
  readonly noticed: string;
}

const stopsFirst = flag("--handover", "restart");
const holds = flag("--readiness", "hold");
const keeps = flag("--readiness", "keep");
const oneForBoth = pathInsteadOf("/livez", "/readyz");

const SWITCHES: readonly Switch[] = [
  {
    ...{ of: ["L105", "boot-image"], what: "what starts is what was last good" },
    ...{ breaks: flag("--boot", "last-good"), noticed: "restarted" },
  },
  {
    ...{ of: ["L105", "boot-last-good"], what: "the store is on no volume" },
    ...{ breaks: storeOfItsOwn(), noticed: "restarted" },
  },
  {
    ...{ of: ["L203", "hotpod"], what: "liveness asks /readyz" },
    ...{ breaks: oneForBoth, noticed: "failures" },
  },
  {
    ...{ of: ["L204", "hotpod"], what: "hotpod is killed instead of stopped" },
    ...{ breaks: killedInsteadOfStopped(), noticed: "code" },
  },
  {
    ...{ of: ["L305", "hotpod"], what: "liveness asks /readyz, which is held" },
    ...{ breaks: both(holds, oneForBoth), noticed: "failures" },
  },
  {
    ...{ of: ["L402", "hotpod-keep"], what: "a pod that is alone is held" },
    ...{ breaks: holds, noticed: "failed" },
  },
  {
    ...{ of: ["L402", "hotpod-hold"], what: "nothing is held" },
    ...{ breaks: keeps, noticed: "told" },
  },
  {
    ...{ of: ["L403", "hotpod-keep"], what: "the pod is held" },
    ...{ breaks: holds, noticed: "readyz" },
  },
  {
    ...{ of: ["L403", "hotpod-hold"], what: "liveness asks /readyz" },
    ...{ breaks: oneForBoth, noticed: "livez" },
  },
  {
    ...{ of: ["L406", "hotpod-saves"], what: "whoever is replaced lives on" },
    breaks: both(
      both(flag("--linger", "60s"), flag("--max-draining", "8")),
      // Each version comes to serve, and quickly, so that several are replaced.
      both(flag("--starve-limit", "1ms"), flag("--ready-http", "/")),
    ),
    noticed: "generations",
  },
  {
    ...{ of: ["L407", "hotpod"], what: "liveness asks /readyz" },
    ...{ breaks: oneForBoth, noticed: "killed" },
  },
  {
    ...{ of: ["L408", "hotpod-short"], what: "the grace is too short" },
    ...{ breaks: flag("--grace", "2s"), noticed: "lost" },
  },
  {
    ...{ of: ["L411", "hotpod-exits"], what: "hotpod stops the old one first" },
    ...{ breaks: stopsFirst, noticed: "failed" },
  },
  {
    ...{ of: ["L411", "hotpod-own-port"], what: "hotpod exchanges what is bound" },
    ...{ breaks: flag("--handover", "auto"), noticed: "outcome" },
  },
  {
    ...{ of: ["L411", "hotpod-own-port-auto"], what: "it is to inherit a socket" },
    ...{ breaks: flag("--handover", "inherit"), noticed: "version" },
  },
];

before(() => ensureBundle());

for (const { of, what, breaks, noticed } of SWITCHES) {
  const [id, name] = of;
  test(`${id} ${name}: ${what}, and ${noticed} is not as predicted`, {
    timeout: 180_000,
  }, async (context) => {
    const result = await takeBroken(context, id, name, breaks);
    if (result.status === "skipped") return context.skip(result.reason ?? "");
    const said = JSON.stringify([result.reason, result.assertions], null, 1);
    const own = result.assertions.filter(({ expr }) => expr.startsWith(`${noticed} `));
    assert.ok(
      own.some(({ ok, actual }) => !ok && actual !== null),
      said,
    );
  });
}

async function takeBroken(
  context: TestContext,
  id: string,
  name: string,
  breaks: Breaks,
): Promise<ArmResult> {
  const scenario = SCENARIOS.find((one) => one.id === id);
  const arm = scenario?.arms.find((one) => one.name === name);
  assert.ok(scenario !== undefined && arm?.side === "after", `${id} has no after arm ${name}`);
  const workFolder = mkdtempSync(join(tmpdir(), "hotpod-broken-"));
  const machine = openMachine({ workFolder, keep: false, needs: NEEDS });
  context.after(async () => {
    await machine.close();
    rmSync(workFolder, { recursive: true, force: true });
  });
  const broken: LabMachine = {
    ...machine,
    async openBench(...of) {
      const opened = await machine.openBench(...of);
      return { ...opened, bench: breaks(opened.bench) };
    },
  };
  const only = { ...scenario, arms: [arm], predictions: [] };
  const options = {
    seed: 1,
    cri: "containerd",
    scale: 0.1,
    side: "after",
    cluster: null,
    begins: () => {},
  } as const;
  const [result] = (await runScenario(only, broken, options)).arms;
  assert.ok(result !== undefined);
  return result;
}
