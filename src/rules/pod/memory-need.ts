import type { Figure } from "#rules/rule/outcome.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { bytesText, type TimingValue, timingFigure } from "#rules/subject/figure.js";
import { buildsHere } from "./builds-here.js";
import { swapOf } from "./swap.js";

/** What a container needs at most while its program is replaced, in bytes. */
export interface MemoryNeed {
  readonly bytes: number;
  /** Generations that run at once. */
  readonly generations: number;
  readonly figures: readonly Figure[];
}

/** hotpod itself, as measured: the process, its watcher and its probes' answers. */
const SUPERVISOR_BYTES = 64 * 2 ** 20;

/** A key of a timing where one is missing. */
export function memoryNeed(subject: ContainerSubject): MemoryNeed | string {
  const rss = subject.timing("rss");
  if (rss === null) return "rss";
  const overlap = swapOf(subject).mode === "overlap";
  const draining = overlap ? (subject.settings?.policy.maxDraining ?? 0) : 0;
  const generations = 1 + (overlap ? 1 : 0) + draining;
  const build: TimingValue | null = buildsHere(subject) ? subject.timing("buildRss") : null;
  if (build === null && buildsHere(subject)) return "buildRss";
  const supervisor = subject.isManaged ? SUPERVISOR_BYTES : 0;
  return {
    bytes: supervisor + rss.value * generations + (build?.value ?? 0),
    generations,
    figures: [
      timingFigure(rss, "bytes"),
      { name: "generations", value: String(generations), source: "old, new and draining ones" },
      ...(build === null ? [] : [timingFigure(build, "bytes")]),
      ...(supervisor === 0
        ? []
        : [{ name: "supervisor", value: bytesText(supervisor), source: "hotpod" }]),
    ],
  };
}

/** Rounded up to whole Mi, as a quantity of Kubernetes. */
export function mebibytes(bytes: number, step = 1): string {
  return `${Math.ceil(bytes / 2 ** 20 / step) * step}Mi`;
}
