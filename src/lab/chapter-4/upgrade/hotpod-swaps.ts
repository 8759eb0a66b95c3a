import { type HotpodService, hotpodService } from "#lab/chapter-1/hotpod-service.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import type { Recorder } from "#lab/record.js";
import type { Notice } from "#model/notice.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { answerOf, CLIENTS, recordClients } from "./self-upgrade.js";

export interface SwapOptions {
  /** Flags of `hotpod run`. */
  readonly args: readonly string[];
  /** Of the service; the lab's small Go service unless given. */
  readonly source?: string;
  readonly env?: Record<string, string>;
}

/** A Go service under hotpod with clients that ask it, and what is done meanwhile; all that hotpod told until its end. */
export async function underLoad(
  bench: LabBench,
  record: Recorder,
  { args, ...service }: SwapOptions,
  act: (service: HotpodService) => Promise<void>,
): Promise<readonly Notice[]> {
  const running = await hotpodService(bench, args, service);
  const { hotpod } = running;
  const load = await bench.load({ port: hotpod.port, ...CLIENTS });
  await act(running);
  recordClients(record, await load.stop());
  record.text("answer", (await answerOf(bench, hotpod.port)) ?? "nobody");
  await hotpod.stop();
  const notices = hotpod.notices.items;
  record.count("upgrades", updatesOf(notices).length);
  record.spread(
    "swap",
    updatesOf(notices).flatMap(({ swapMs }) => swapMs ?? []),
  );
  record.spread(
    "switch",
    notices.flatMap((one) => (one.kind === "update-timed" ? one.timing.switchMs : [])),
  );
  drawNotices(record, notices, bench.clock.nowMs());
  return notices;
}

type Promoted = Extract<Notice, { kind: "promoted" }>;

/** All but the first one. */
function updatesOf(notices: readonly Notice[]): readonly Promoted[] {
  return notices.filter((one): one is Promoted => one.kind === "promoted").slice(1);
}

/** The largest number of builds that ran at once, and of generations whose end hotpod had not told. */
export function mostAtOnce(notices: readonly Notice[]): { builds: number; generations: number } {
  const [builds, generations] = [new Set<number>(), new Set<number>()];
  const most = { builds: 0, generations: 0 };
  for (const notice of notices) {
    switch (notice.kind) {
      case "build-started":
        builds.add(notice.build);
        break;
      case "build-succeeded":
      case "build-failed":
      case "build-cancelled":
        builds.delete(notice.build);
        break;
      case "generation-started":
        generations.add(notice.generation);
        break;
      case "candidate-failed":
      case "candidate-withdrawn":
      case "drain-ended":
      case "crashed":
        generations.delete(notice.generation);
        break;
    }
    most.builds = Math.max(most.builds, builds.size);
    most.generations = Math.max(most.generations, generations.size);
  }
  return most;
}
