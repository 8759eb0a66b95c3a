import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import type { Arm } from "#lab/scenario.js";
import { askLivez, slowBuilds } from "./slow-builds.js";

const REPLICAS = 3;
const SAVES = 6;
const BUILD = 3.3;
/** A budget of twice the build and more: a busy machine takes its time. */
const STARTUP = { P: 5, F: 24 };
const PATIENCE_MS = 60_000;

/** A save every period of the probe, to three replicas of hotpod. */
export function hotpodReplicas(liveness: ProbeLetters, phases: readonly number[]): Arm {
  const label = "hotpod run, three replicas, a save every 10 s, F 1";
  return {
    ...{ name: "hotpod", side: "after", label, needs: [] },
    predictions: [
      predict("probes", atLeast(30), "fewer probes would prove nothing"),
      predict("failed", equals(0), "/livez is hotpod's own: no swap closes it"),
      predict("killed", equals(0), "nothing gives cause"),
      predict("updates", atLeast(REPLICAS), "swaps did take place"),
      predict("version", equals("v7 v7 v7"), "the last save serves, everywhere"),
    ],
    async run(bench, record) {
      const { clock, scale } = bench;
      const builds = await slowBuilds(bench);
      const hotpods = await Promise.all(
        Array.from({ length: REPLICAS }, () => builds.start(BUILD)),
      );
      const asked = { ...liveness, F: 1 };
      const runs = hotpods.flatMap(({ probesPort }, replica) => {
        const own = phases.filter((_, index) => index % REPLICAS === replica);
        const drawn = replica === 0 ? record : null;
        return askLivez(bench, drawn, { probesPort, liveness: asked, phases: own });
      });
      for (let save = 1; save <= SAVES; save += 1) {
        builds.save(`v${save + 1}`);
        record.mark(`save ${save}`);
        await clock.wait(10_000 * scale);
      }
      const last = `v${SAVES + 1}`;
      const versions = await Promise.all(hotpods.map((one) => builds.untilServes(one, last)));
      record.text("version", versions.join(" "));
      const promoted = hotpods.flatMap(({ notices }) =>
        notices.items.filter(({ kind }) => kind === "promoted"),
      );
      record.count("updates", promoted.length - REPLICAS);
      for (const run of runs) run.stop();
      const bad = runs.filter(
        ({ log }) => log.count("liveness failure") + log.count("liveness error") > 0,
      );
      const asks = runs.map(({ log }) => log.count("liveness success"));
      record.count(
        "probes",
        asks.reduce((sum, one) => sum + one, 0),
      );
      record.count("failed", bad.length, runs.length);
      const killed = runs.filter(({ log }) => log.count("Killing") > 0);
      record.count("killed", killed.length, runs.length);
      drawNotices(record, hotpods[0]?.notices.items ?? [], clock.nowMs());
    },
  };
}

/** The first build, longer than liveness would bear. */
export function coldHotpod(liveness: ProbeLetters, cold: number): Arm {
  const label = `hotpod run, a build of ${cold} s at the start`;
  return {
    ...{ name: "hotpod-cold", side: "after", label, needs: [] },
    predictions: [
      predict("passes", atLeast(10), "hotpod answers liveness while it builds"),
      predict("failed", equals(0), "from the first moment on"),
      predict("killed", equals(0), "so nothing is killed"),
      predict("up", equals(1), "the startup probe waits for the service, and liveness for it"),
    ],
    async run(bench, record) {
      const { network, processes } = bench;
      const [port, probesPort] = [await network.freePort(), await network.freePort()];
      const builds = await slowBuilds(bench);
      const started = builds.start(cold, { port, probesPort });
      await network.untilListening(probesPort, PATIENCE_MS);
      const phases = [1, 3, 5, 7, 9];
      const runs = askLivez(bench, record, { probesPort, liveness, phases });
      const gated = runPod({
        ...{ bench, record, processes: [{ start: () => processes.start(["sleep", "1000"]) }] },
        pod: pod({
          containers: [
            container({
              name: "with a startup probe",
              startupProbe: probe(httpGet(probesPort, "/readyz"), STARTUP),
              livenessProbe: probe(httpGet(probesPort, "/livez"), liveness),
            }),
          ],
        }),
      });
      const hotpod = await started;
      const passes = runs.map(({ log }) => log.count("liveness success"));
      record.count(
        "passes",
        passes.reduce((sum, one) => sum + one, 0),
      );
      const early = gated.log.count("liveness success");
      await gated.log.seen("liveness success", 1, PATIENCE_MS);
      const all = [...runs, gated];
      for (const run of all) run.stop();
      const bad = all.filter(
        ({ log }) => log.count("liveness failure") + log.count("liveness error") > 0,
      );
      record.count("failed", bad.length, all.length);
      const killed = all.filter(({ log }) => log.count("Killing") > 0);
      record.count("killed", killed.length, all.length);
      record.count("up", early === 0 && (await builds.answer(hotpod)) === "v1" ? 1 : 0, 1);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
