import { above, atLeast, equals, predict } from "#lab/judge/prediction.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import type { Recorder } from "#lab/record.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import {
  answerOf,
  CLIENTS,
  PATIENCE_MS,
  recordClients,
  type SelfUpgradeOptions,
  selfUpgradingProgram,
  startProcess,
  startSelfUpgrading,
} from "./self-upgrade.js";

const UPGRADES = 50;
const LAME_DUCK_UPGRADES = 10;
/** Longer than any client pauses between two requests, on a busy machine as well. */
const LAME_DUCK_MS = 2_000;
const AFTERWARDS_MS = 1_000;

export function ordinary(): Arm {
  return {
    ...{ name: "ordinary", side: "before", label: `an ordinary process, ${UPGRADES} upgrades` },
    needs: [],
    predictions: [
      predict("upgrades", equals(UPGRADES), "every next process came to serve"),
      predict("refused", equals(0), "the socket was open all along"),
      predict("broken", above(0), "Shutdown closes kept connections as it likes"),
      predict("answer", equals(`${UPGRADES}`), "the last one serves"),
    ],
    run: (bench, record) => upgrades(bench, record, UPGRADES, {}),
  };
}

export function lameDuck(): Arm {
  return {
    ...{ name: "lame-duck", side: "before", label: "answers for two more seconds, then Shutdown" },
    needs: [],
    predictions: [
      predict("upgrades", equals(LAME_DUCK_UPGRADES), "every next process came to serve"),
      predict("refused", equals(0), "the socket was open all along"),
      predict("broken", equals(0), "every client has left by itself before Shutdown"),
      predict("ended", above(0), "at the price of its connection"),
    ],
    run: (bench, record) =>
      upgrades(bench, record, LAME_DUCK_UPGRADES, { waits: true, lameDuckMs: LAME_DUCK_MS }),
  };
}

async function upgrades(
  bench: LabBench,
  record: Recorder,
  times: number,
  options: SelfUpgradeOptions,
): Promise<void> {
  const service = await startSelfUpgrading(bench, options);
  const load = await bench.load({ port: service.port, ...CLIENTS });
  for (let upgrade = 1; upgrade <= times; upgrade += 1) {
    await service.upgrade();
    record.mark(`upgrade ${upgrade}`);
    await bench.clock.wait(50);
  }
  await bench.clock.wait((options.lameDuckMs ?? 0) + AFTERWARDS_MS);
  recordClients(record, await load.stop());
  record.count("upgrades", times);
  record.text("answer", (await answerOf(bench, service.port)) ?? "nobody");
}

export function asPid1(): Arm {
  return {
    ...{ name: "pid-1", side: "before", label: "as PID 1 of a container", needs: ["namespaces"] },
    predictions: [
      predict("code", equals(0), "the old process has ended as it should"),
      predict("restarts", equals(1), "and with PID 1 the container, the new process included"),
      predict(
        "failed",
        atLeast(1),
        "cut off with it, or refused until the kubelet has started it again",
      ),
      predict("answer", equals("0"), "from the beginning: the upgrade is lost"),
    ],
    async run(bench, record) {
      // A container that cannot be started would be tried again and again.
      await selfUpgradingProgram(bench);
      const port = await bench.network.freePort();
      const start = () => startProcess(bench, port, { waits: true, namespace: "pid" });
      const run = runPod({
        ...{ bench, record, processes: [{ start }] },
        pod: pod({ containers: [container()] }),
      });
      await bench.network.untilAnswered(port, PATIENCE_MS);
      const load = await bench.load({ port, ...CLIENTS });
      run.process(0)?.signal("SIGUSR2");
      record.mark("SIGUSR2");
      const exited = await run.log.seen("exited", 1, PATIENCE_MS);
      await run.log.seen("started", 2, PATIENCE_MS);
      await bench.network.untilAnswered(port, PATIENCE_MS);
      // Every client has asked again.
      await bench.clock.wait(AFTERWARDS_MS);
      const end = await load.stop();
      recordClients(record, end);
      record.count("failed", end.failed, end.requests);
      record.count("code", Number(exited.text));
      record.count("restarts", run.log.count("started") - 1);
      record.text("answer", (await answerOf(bench, port)) ?? "nobody");
      run.stop();
    },
  };
}

export function failing(
  name: string,
  label: string,
  options: SelfUpgradeOptions,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [], predictions },
    async run(bench, record) {
      const { port, service } = await startSelfUpgrading(bench, options);
      const load = await bench.load({ port, ...CLIENTS });
      // Clients are under way.
      await load.versions.until("an answer", () => true, 0, PATIENCE_MS);
      service.signal("SIGUSR2");
      record.mark("SIGUSR2");
      const isEnd = ({ text }: { text: string }): boolean => text.startsWith("no ");
      const { text } = await service.lines.until("its end", isEnd, 0, PATIENCE_MS);
      if (options.waits === undefined) await service.exited;
      await bench.clock.wait(AFTERWARDS_MS);
      recordClients(record, await load.stop());
      record.text("words", text);
      record.text("answer", (await answerOf(bench, port)) ?? "nobody");
    },
  };
}

export function again(): Arm {
  return {
    ...{ name: "again", side: "before", label: "a second SIGUSR2 while the first one drains" },
    needs: [],
    predictions: [
      predict("processes", equals(2), "the old process knows of no successor"),
      predict("words", equals("serving 1, serving 1"), "both serve, each as the next one"),
    ],
    async run(bench, record) {
      const { port, service, upgrade } = await startSelfUpgrading(bench, { waits: true });
      const { lines } = service;
      // It holds the drain up for longer than the arm lasts, and ends with it.
      void bench.network.ask({ port, path: "/1m", timeoutMs: PATIENCE_MS });
      await lines.until("a request", ({ text }) => text === "asked", 0, PATIENCE_MS);
      await upgrade();
      const from = lines.items.length;
      service.signal("SIGUSR2");
      record.mark("the second SIGUSR2");
      const isServing = ({ text }: { text: string }): boolean => text.startsWith("serving 1 ");
      await lines.until("the second process", isServing, from, PATIENCE_MS);
      const next = bench.network.listeners(port).filter((pid) => pid !== service.pid);
      record.count("processes", next.length);
      const said = lines.items.flatMap(({ text }) => /^serving [1-9]\d*/.exec(text)?.[0] ?? []);
      record.text("words", said.join(", "));
    },
  };
}
