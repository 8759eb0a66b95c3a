import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import type { ProbeLetters } from "#lab/probe/lab-pod.js";
import type { Arm } from "#lab/scenario.js";
import { askLivez, slowBuilds } from "./slow-builds.js";
import { phasesOf } from "./stop-first-pods.js";

/** Nominal seconds. */
const BUILD = 26;

/** An update with a long build, under the strictest probes. */
export function livezInBuild(liveness: ProbeLetters): Arm {
  const label = `hotpod run, a build of ${BUILD} s, threshold 1, 2 and 3`;
  return {
    ...{ name: "hotpod", side: "after", label, needs: [] },
    predictions: [
      predict("probes", atLeast(10), "fewer probes would prove nothing"),
      predict("failures", equals(0), "hotpod answers while it builds and swaps"),
      predict("killed", equals(0), "so no threshold is reached, not even 1"),
      predict("version", equals("v2"), "and the update serves"),
    ],
    async run(bench, record) {
      const builds = await slowBuilds(bench);
      const hotpod = await builds.start(BUILD, { firstSeconds: 0 });
      const { probesPort } = hotpod;
      const runs = [1, 2, 3].flatMap((F) =>
        askLivez(bench, F === 1 ? record : null, {
          ...{ probesPort, liveness: { ...liveness, D: 0, F }, phases: phasesOf(3, 10) },
        }),
      );
      builds.save("v2");
      record.mark("save");
      record.text("version", await builds.untilServes(hotpod, "v2"));
      for (const run of runs) run.stop();
      const counts = runs.map(({ log }) => {
        const failures = log.count("liveness failure") + log.count("liveness error");
        return { failures, probes: failures + log.count("liveness success") };
      });
      const sum = (key: "failures" | "probes"): number =>
        counts.reduce((total, one) => total + one[key], 0);
      record.count("probes", sum("probes"));
      record.count("failures", sum("failures"), sum("probes"));
      const killed = runs.filter(({ log }) => log.count("Killing") > 0);
      record.count("killed", killed.length, runs.length);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
