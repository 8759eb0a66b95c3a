import { equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import type { Arm } from "#lab/scenario.js";
import type { HttpEnd } from "#ports/lab/lab-bench.js";
import { otherPods } from "./reloads-behind-service.js";
import { type RoutedClients, routedClients } from "./routed-clients.js";
import { slowBuilds } from "./slow-builds.js";

/** An update under hotpod, behind a Service, with a build that is longer than the period of the readiness probe. */
export function keepOrHold(
  name: string,
  asked: { readonly readiness: "keep" | "hold"; readonly others: number },
  predictions: Arm["predictions"],
): Arm {
  const beside = asked.others === 0 ? "the pod alone" : `beside ${asked.others} others`;
  const label = `hotpod run, readiness: ${asked.readiness}, F 1, ${beside}`;
  return {
    ...{ name, side: "after", label, needs: [] },
    predictions: [predict("version", equals("v2"), "the update serves in the end"), ...predictions],
    async run(bench, record) {
      const { clock, network, processes, scale } = bench;
      const others = await otherPods(bench, asked.others);
      const builds = await slowBuilds(bench);
      const args = ["--readiness", asked.readiness];
      const hotpod = await builds.start(BUILD, { firstSeconds: 0, args });
      let clients: RoutedClients | null = null;
      const readinessProbe = probe(httpGet(hotpod.probesPort, "/readyz"), READINESS);
      const run: PodRun = runPod({
        ...{ bench, record, pod: pod({ containers: [container({ readinessProbe })] }) },
        processes: [{ start: () => processes.start(["sleep", "1000"]) }],
        heard({ what }) {
          if (what !== "Ready" && what !== "NotReady") return;
          clients?.setReady(hotpod.port, what === "Ready");
        },
      });
      await run.log.seen("Ready", 1, PATIENCE_MS);
      const ready = [hotpod.port, ...others];
      clients = await routedClients(bench, { name: "clients", ready, ratePerSecond: RATE });
      const from = hotpod.notices.items.length;
      builds.save("v2");
      record.mark("save");
      const isStarted = ({ kind }: { kind: string }): boolean => kind === "build-started";
      await hotpod.notices.until("the build", isStarted, from, PATIENCE_MS);
      const question = { port: hotpod.probesPort, path: "/readyz", timeoutMs: PATIENCE_MS };
      record.text("told", wordsOf(await network.ask(question)));
      record.text("version", await builds.untilServes(hotpod, "v2"));
      // Held, it passes twice before it gets traffic again.
      await clock.wait(AFTERWARDS * 1_000 * scale);
      const end = await clients.stop();
      run.stop();
      record.count("requests", end.requests);
      record.count("failed", end.failed, end.requests);
      record.count("flips", run.log.count("NotReady") > 0 ? 1 : 0, 1);
      record.traffic(end.beganMs, end.traffic);
      drawNotices(record, hotpod.notices.items, clock.nowMs());
    },
  };
}

/** `503 reloading` */
function wordsOf(end: HttpEnd): string {
  if (end.kind !== "answered") return end.words;
  const { status } = JSON.parse(end.body) as { readonly status: string };
  return `${end.status} ${status}`;
}

/** Nominal seconds; real requests a second. */
const [BUILD, AFTERWARDS, RATE] = [8, 13, 60];
const READINESS = { P: 5, F: 1, SU: 2 };
const PATIENCE_MS = 60_000;
