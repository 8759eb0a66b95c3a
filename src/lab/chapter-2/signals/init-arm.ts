import { equals, predict } from "#lab/judge/prediction.js";
import { NODE_RUNTIME } from "#lab/programs/signals/node-runtime.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { fatesOf } from "./fates.js";
import { PATIENCE_MS, SETTLE_MS, startService } from "./signal-try.js";

const SENT = ["USR1", "USR2", "TERM"] as const;

/** A service as the child of an init. `told`: how many of two processes hear of SIGUSR1. */
export function initArm(init: "tini" | "dumb-init" | "catatonit", told: 1 | 2): Arm {
  return {
    ...{ name: init, side: "before", label: `${init} as PID 1`, needs: [init, "go"] },
    predictions: [
      predict(
        "sleep",
        equals("USR1 exit 138, USR2 exit 140, TERM exit 143"),
        "passed on, it is the default action's, which ends the program and the container",
      ),
      predict(
        "go",
        equals("USR1 lives, USR2 lives, TERM exit 143"),
        "Go without a handler ignores SIGUSR1 everywhere: an init changes nothing",
      ),
      predict(
        "node",
        equals("USR1 told, USR2 told, TERM exit 0"),
        "a handler is told, as it is without an init",
      ),
      predict(
        "told",
        equals(told),
        told === 1 ? "it passes signals to its child" : "it passes signals to the child's session",
      ),
    ],
    async run(bench, record) {
      const shared = { place: "pid1", signals: SENT, prefix: [init, "--"], inside: false } as const;
      const [sleep, go, node] = await Promise.all([
        fatesOf(bench, { ...shared, subject: "sleep", handles: false }),
        fatesOf(bench, { ...shared, subject: "go", handles: false }),
        fatesOf(bench, { ...shared, subject: "node", handles: true }),
      ]);
      record.text("sleep", sleep.words);
      record.text("go", go.words);
      record.text("node", node.words);
      record.count("told", await toldOfTwo(bench, [init, "--"]), 2);
    },
  };
}

/** Two processes of one session, as generations of a service without a supervisor that separates them. */
async function toldOfTwo(bench: LabBench, prefix: readonly string[]): Promise<number> {
  const { clock, files, folder, network } = bench;
  files.write(`${folder}/app.mjs`, NODE_RUNTIME);
  const argv = [...prefix, "sh", "-c", "PORT=$OTHER node app.mjs & exec node app.mjs"];
  const env = { OTHER: `${await network.freePort()}`, HANDLE: "1" };
  const { process } = await startService(bench, "pid1", { argv, env, ready: "listens" });
  await network.untilListening(Number(env.OTHER), PATIENCE_MS);
  process.signal("SIGUSR1");
  const isTold = ({ text }: { text: string }): boolean => text === "told SIGUSR1";
  await process.lines.until("the first", isTold, 0, PATIENCE_MS);
  await clock.wait(SETTLE_MS);
  return process.lines.items.filter(isTold).length;
}
