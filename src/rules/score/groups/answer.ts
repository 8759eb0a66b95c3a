import type { Source } from "#manifest/text/source.js";
import type { Figure, Missing } from "#rules/rule/outcome.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** A share of points: 1 earned, 0 lost, ½ half lost. `unknown`: an input is missing. `absent`: what it speaks of does not exist. */
export type Earned = number | "unknown" | "absent";

/** What is known of a group of points, and of what. */
export interface Answer {
  readonly share: Earned;
  /** What was put in. */
  readonly figures: readonly Figure[];
  /** What would say more. */
  readonly missing: readonly Missing[];
  /** Where something could be done about it, when it is not the workload's own document. */
  readonly at?: Source;
}

export const ABSENT: Answer = { share: "absent", figures: [], missing: [] };

export function earns(share: number | boolean, ...figures: readonly Figure[]): Answer {
  return { share: Number(share), figures, missing: [] };
}

export function unknownFor(...missing: readonly Missing[]): Answer {
  return { share: "unknown", figures: [], missing };
}

/** Timings that are not there, by their keys. */
export function unmeasured(...keys: readonly string[]): Answer {
  return unknownFor(
    ...keys.map((key) => ({
      input: "T" as const,
      say: `--timing ${key}=… or --timings timings.json`,
    })),
  );
}

/** 0 at `from` and below, 1 at `to` and above, a straight line between them. */
export function ramp(x: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (x - from) / (to - from)));
}

/** Of the hot containers the one that earns least. One that is not known may earn less than the others, unless they earn nothing. */
export function lowest(workload: WorkloadSubject, of: (one: ContainerSubject) => Answer): Answer {
  const all = workload.running.filter(({ isHot }) => isHot).map(of);
  return worstOf(all);
}

export function worstOf(all: readonly Answer[]): Answer {
  const [least] = all
    .filter(({ share }) => typeof share === "number")
    .toSorted((a, b) => Number(a.share) - Number(b.share));
  if (least?.share === 0) return least;
  return all.find(({ share }) => share === "unknown") ?? least ?? ABSENT;
}
