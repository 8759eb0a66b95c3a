import { above, atLeast, atMost, equals, predict } from "#lab/judge/prediction.js";
import type { Need } from "#lab/need.js";
import { asContainer } from "#lab/probe/as-container.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { nodeService } from "#lab/programs/node-service.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { ProbeHandler } from "#model/kube/pod.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { underAir, underModel } from "./reloaded-service.js";

/** Nominal seconds. */
const [PERIOD, BUILD, START] = [10, 3.8, 0.5];
const RELOADS = 12;
const HOTPOD_UPDATES = 10;
const LIVENESS = { D: 5, P: PERIOD, F: 3 };

export const l103: Scenario = {
  id: "L103",
  chapter: 1,
  title: "Liveness over HTTP instead of a file",
  claim:
    "An httpGet liveness probe does not depend on the binary file, so moving probes to HTTP removes the conflict with hot update.",
  story: {
    before:
      "A reload tool that stops first (a model of air before 1.65.2) rebuilds for 3.8 s and starts for 0.5 s, twelve times, at chance moments of the probe's period and with at least one period of quiet between; where air itself is installed, it does the same in its own order; the kubelet asks the service's port every 10 s (F 3). Then a service in a deadlock with its port open, asked by httpGet and by tcpSocket.",
    after:
      "The same service under hotpod, ten updates, the kubelet asks hotpod's /livez. Then the deadlock, with liveness.http set and without.",
  },
  correction:
    "The dependence on the file is gone, the window is not: while the tool has stopped the service its port is closed, and every probe that falls into that time fails. air from 1.65.2 on builds first, which leaves the time of the start. It does not kill while the window is no longer than (F − 1) × P. tcpSocket is no way out: it passes on a service in a deadlock, for ever.",
  advice: [
    "Ask a supervisor that outlives the swap, such as hotpod's /livez.",
    "Set liveness.http, so that a deadlock behind an open port is noticed; without it nobody notices.",
    "Never use tcpSocket for liveness of a service that can hang.",
  ],
  rules: ["HP203", "HP108", "HP1005"],
  settings: ["probes.listen", "liveness.http", "liveness.period", "liveness.failures"],
  needs: ["linux"],
  budgetSeconds: 100,
  timed: true,
  tags: ["probes"],
  measures: {
    updates: { about: "updates", unit: "updates" },
    window: { about: "nominal time without an answer, by reload", unit: "ms" },
    probes: { about: "probes asked", unit: "probes" },
    failures: { about: "probes that failed", unit: "probes" },
    bound: { about: "failures that windows of that length can cause at most", unit: "probes" },
    restarts: { about: "restarts of the container", unit: "restarts" },
    passes: { about: "probes that passed while the service answered nobody", unit: "probes" },
    killed: { about: "kills by the liveness probe", unit: "kills" },
    replaced: {
      about: "generations that hotpod put in the place of a hung one",
      unit: "generations",
    },
    version: { about: "what a client is answered at the end", unit: "" },
  },
  arms: [
    reloading("stop-first", "model of air, stops first", [], underModel, true),
    reloading("air", "air", ["air"], underAir, false),
    deadlock("deadlock-http", "deadlock behind an open port, httpGet", "httpGet"),
    deadlock("deadlock-tcp", "deadlock behind an open port, tcpSocket", "tcpSocket"),
    hotpodUpdates(),
    hotpodDeadlock(),
    hotpodBlind(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed",
      when: [predict("stop-first.failures", equals(0), "no conflict is left")],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("stop-first.failures", above(0), "the window remains"),
        predict("stop-first.restarts", equals(0), "and is too short to kill"),
        predict("deadlock-tcp.killed", equals(0), "an open port says nothing"),
      ],
    },
  ],
  headline: {
    before: "stop-first.failures",
    after: "hotpod.failures",
    about: "failed liveness probes",
  },
  byHand: `# a service whose port is closed for 4.3 s at each reload, asked every 10 s as the kubelet does
while :; do timeout 300 python3 -m http.server 8080 & sleep 20; kill $!; sleep 4.3; done &
while :; do curl -fsS -m 1 -o /dev/null http://127.0.0.1:8080/ && echo pass || echo FAIL; sleep 10; done`,
};

/** `alwaysFails`: the window is as long as build and start together, so that probes cannot all miss it. */
function reloading(
  name: string,
  label: string,
  needs: readonly Need[],
  under: typeof underModel,
  alwaysFails: boolean,
): Arm {
  return {
    ...{ name, side: "before", label, needs },
    predictions: [
      predict("updates", equals(RELOADS), "every reload was seen to its end"),
      predict("window", above(0), "the tool ends the service before it starts the new one"),
      ...(alwaysFails
        ? [predict("failures", above(0), "some probes fall into a closed port")]
        : []),
      predict(
        "failures",
        atMost({ measure: "bound" }),
        "a window holds at most floor(window / P) + 1 ticks of the probe",
      ),
      predict("restarts", equals(0), "no window is longer than (F − 1) × P"),
    ],
    async run(bench, record, random) {
      const { clock, network, scale } = bench;
      const ms = (seconds: number): number => seconds * 1_000 * scale;
      const service = await under(bench, { buildMs: ms(BUILD), startMs: ms(START) });
      const { port, tool } = service;
      const run = watched(bench, record, httpGet(port, "/healthz"), async () =>
        asContainer(bench, tool),
      );
      await network.untilAnswered(port, ANSWER_MS);
      const windows: number[] = [];
      for (let reload = 1; reload <= RELOADS; reload += 1) {
        // At least one probe passes between two windows, so that they do not add up.
        await clock.wait((PERIOD * 1_000 + random.below(PERIOD * 1_000)) * scale);
        record.mark(`save ${reload}`);
        const { fromMs, toMs } = await service.reload(reload);
        windows.push((toMs - fromMs) / scale);
        record.span("service", fromMs, toMs, "port closed", "bad");
      }
      // The last probe that a window can have hit has been answered by then.
      await clock.wait(PERIOD * 1_000 * scale);
      const ticks = windows.map((window) => Math.floor(window / (PERIOD * 1_000)) + 1);
      record.count("updates", windows.length);
      record.spread("window", windows);
      record.count(
        "bound",
        ticks.reduce((sum, one) => sum + one, 0),
      );
      writeProbes(record, run);
    },
  };
}

function deadlock(name: string, label: string, kind: "httpGet" | "tcpSocket"): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions:
      kind === "httpGet"
        ? [predict("killed", atLeast(1), "three probes in a row got no answer")]
        : [
            predict("passes", atLeast(10), "the kernel accepts connections for a hung process"),
            predict("killed", equals(0), "so the probe never fails"),
          ],
    async run(bench, record) {
      const { files, folder, network } = bench;
      const port = await network.freePort();
      files.write(`${folder}/app.mjs`, nodeService("v1"));
      const env = { PORT: `${port}`, HOST: network.host };
      const handler: ProbeHandler =
        kind === "httpGet" ? httpGet(port, "/healthz") : { kind, host: null, port };
      const run = watched(bench, record, handler, () =>
        bench.processes.start(["node", "app.mjs"], { env }),
      );
      await network.untilAnswered(port, ANSWER_MS);
      run.process(0)?.signal("SIGUSR2");
      record.mark("the service hangs");
      const before = run.log.count("liveness success");
      if (kind === "httpGet") await run.log.seen("Killing", 1, ANSWER_MS);
      else await run.log.seen("liveness success", before + 10, ANSWER_MS);
      record.count("passes", kind === "httpGet" ? 0 : run.log.count("liveness success") - before);
      record.count("killed", run.log.count("Killing"));
      run.stop();
    },
  };
}

function hotpodUpdates(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, ten updates", needs: [] },
    predictions: [
      predict("updates", equals(HOTPOD_UPDATES), "every version came to serve"),
      predict("probes", atLeast(5), "fewer probes would prove nothing"),
      predict("failures", equals(0), "hotpod answers while it builds, swaps and drains"),
      predict("restarts", equals(0), "nothing gives cause"),
      predict("version", equals(`v${HOTPOD_UPDATES + 1}`), "the last save serves"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench);
      const { hotpod } = service;
      const run = watched(bench, record, httpGet(hotpod.probesPort, "/livez"), sleeps(bench));
      let updates = 0;
      for (; updates < HOTPOD_UPDATES; updates += 1) await service.update(`v${updates + 2}`);
      record.count("updates", updates);
      record.text("version", (await service.answer(ANSWER_MS)) ?? "nothing");
      writeProbes(record, run);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

function hotpodDeadlock(): Arm {
  return {
    ...{ name: "hotpod-deadlock", side: "after", label: "deadlock, liveness.http set", needs: [] },
    predictions: [
      predict("replaced", atLeast(1), "hotpod notices and starts the same artifact again"),
      predict("failures", equals(0), "there was a way forward, so /livez stayed green"),
      predict("restarts", equals(0), "the container went on"),
      predict("version", equals("v1"), "clients are answered again"),
    ],
    async run(bench, record) {
      const flags = ["--liveness-http", "/healthz", "--liveness-period", "1s"];
      const service = await nodeUnderHotpod(bench, flags);
      const { hotpod } = service;
      const run = watched(bench, record, httpGet(hotpod.probesPort, "/livez"), sleeps(bench));
      const from = hotpod.notices.items.length;
      bench.processes.signal(await service.servingPid(), "SIGUSR2");
      record.mark("the service hangs");
      const isPromoted = ({ kind }: { kind: string }): boolean => kind === "promoted";
      await hotpod.notices.until("a new generation", isPromoted, from, ANSWER_MS);
      record.text("version", (await service.answer(ANSWER_MS)) ?? "nothing");
      record.count("replaced", hotpod.notices.items.slice(from).filter(isPromoted).length);
      writeProbes(record, run);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

function hotpodBlind(): Arm {
  return {
    ...{ name: "hotpod-blind", side: "after", label: "deadlock, liveness.http not set", needs: [] },
    predictions: [
      predict("passes", atLeast(5), "hotpod knows of no deadlock, and says what it knows"),
      predict("version", equals("nothing"), "clients get no answer: set liveness.http"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench);
      const { hotpod } = service;
      const run = watched(bench, record, httpGet(hotpod.probesPort, "/livez"), sleeps(bench));
      bench.processes.signal(await service.servingPid(), "SIGUSR2");
      record.mark("the service hangs");
      const before = run.log.count("liveness success");
      await run.log.seen("liveness success", before + 5, ANSWER_MS);
      record.count("passes", run.log.count("liveness success") - before);
      record.text("version", (await service.answer(1_000)) ?? "nothing");
      run.stop();
    },
  };
}

/** A pod with that liveness probe; it begins where in the probe's period it likes. */
function watched(
  bench: LabBench,
  record: Parameters<Arm["run"]>[1],
  handler: ProbeHandler,
  start: Parameters<typeof runPod>[0]["processes"][number]["start"],
): PodRun {
  const livenessProbe = probe(handler, LIVENESS);
  return runPod({
    ...{ bench, record, processes: [{ start }] },
    pod: pod({ containers: [container({ livenessProbe })] }),
  });
}

/** Stands for the container of hotpod, whose own process the bench has started. */
const sleeps = (bench: LabBench) => () => bench.processes.start(["sleep", "1000"]);

function writeProbes(record: Parameters<Arm["run"]>[1], run: PodRun): void {
  const { log } = run;
  const failures = log.count("liveness failure") + log.count("liveness error");
  const probes = failures + log.count("liveness success");
  record.count("probes", probes);
  record.count("failures", failures, probes);
  record.count("restarts", Math.max(0, log.count("started") - 1));
  run.stop();
}

const ANSWER_MS = 60_000;
