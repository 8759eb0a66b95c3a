import type { Notice } from "#model/notice.js";
import { SWAP_PARTS } from "#model/swap-timing.js";

/** Counter names, the label each has (if any), and what it says. All label values come from closed sets. */
export const COUNTERS = {
  hotpod_changes_total: { label: null, help: "Changes of content noticed." },
  hotpod_builds_total: { label: "result", help: "Builds that ended, by result." },
  hotpod_canaries_total: { label: null, help: "Generations that got a share first." },
  hotpod_swaps_total: { label: null, help: "Generations promoted." },
  hotpod_candidates_failed_total: { label: "why", help: "Generations that never served." },
  hotpod_rollbacks_total: { label: "why", help: "Times the previous artifact was put back." },
  hotpod_crashes_total: { label: null, help: "Times the serving generation ended by itself." },
  hotpod_unhealthy_total: { label: null, help: "Times liveness.http failed too often." },
  hotpod_memory_short_total: { label: "then", help: "Swaps that two generations did not fit." },
  hotpod_drains_total: { label: "result", help: "Old generations that ended, by how." },
} as const;
export type CounterName = keyof typeof COUNTERS;

/** Histogram names, the label each has (if any), and what they say; all in seconds. */
export const HISTOGRAMS = {
  hotpod_build_seconds: { label: null, help: "How long successful builds took." },
  hotpod_swap_seconds: { label: null, help: "From the start of a candidate to its promotion." },
  hotpod_change_seconds: {
    label: null,
    help: "From the oldest change a swap serves to that swap.",
  },
  hotpod_update_part_seconds: {
    label: "part",
    help: "Where that time went: notice, build, start, ready, switch, one after the other.",
  },
  hotpod_drain_seconds: { label: null, help: "How long old generations took to end." },
} as const;
export type HistogramName = keyof typeof HISTOGRAMS;

/** `label`: its value; empty without one. */
export interface Measured {
  readonly label: string;
  readonly seconds: number;
}

/** So many timings are remembered until somebody asks; then the histograms hold them. */
const REMEMBERED_MAX = 2_000;

/** What has been announced, in plain numbers: costs nothing while nobody asks for metrics. */
export class Tally {
  readonly #counts = new Map<CounterName, Map<string, number>>();
  readonly #seconds = new Map<HistogramName, Measured[]>();

  count(notice: Notice): void {
    const counted = counterOf(notice);
    if (counted !== null) {
      const [name, label] = counted;
      const values = this.#counts.get(name) ?? new Map<string, number>();
      values.set(label, (values.get(label) ?? 0) + 1);
      this.#counts.set(name, values);
    }
    for (const [name, ms, label = ""] of timingsOf(notice)) {
      const list = this.#seconds.get(name) ?? [];
      if (list.length < REMEMBERED_MAX) list.push({ label, seconds: ms / 1_000 });
      this.#seconds.set(name, list);
    }
  }

  /** Every label value counted so far, with its count. Without a label the value is empty. */
  counts(name: CounterName): ReadonlyMap<string, number> {
    return this.#counts.get(name) ?? new Map();
  }

  /** The timings since the last call. */
  takeSeconds(name: HistogramName): readonly Measured[] {
    const list = this.#seconds.get(name) ?? [];
    this.#seconds.delete(name);
    return list;
  }
}

/** The counter that a notice moves, with its label's value. */
function counterOf(notice: Notice): readonly [CounterName, string] | null {
  switch (notice.kind) {
    case "change-seen":
      return ["hotpod_changes_total", ""];
    case "build-succeeded":
      return ["hotpod_builds_total", "succeeded"];
    case "build-failed":
      // A file on its way is looked at many times; that is no failure yet.
      return [
        "hotpod_builds_total",
        notice.failure.kind === "incomplete" ? "incomplete" : "failed",
      ];
    case "build-cancelled":
      return ["hotpod_builds_total", "cancelled"];
    case "canary-started":
      return ["hotpod_canaries_total", ""];
    case "promoted":
      return ["hotpod_swaps_total", ""];
    case "candidate-failed":
      return ["hotpod_candidates_failed_total", notice.why.kind];
    case "rolled-back":
      return ["hotpod_rollbacks_total", notice.why.kind];
    case "crashed":
    case "crash-limit-reached":
      return ["hotpod_crashes_total", ""];
    case "unhealthy":
      return ["hotpod_unhealthy_total", ""];
    case "memory-short":
      return ["hotpod_memory_short_total", notice.then];
    case "drain-ended":
      return ["hotpod_drains_total", notice.killed ? "killed" : "drained"];
    default:
      return null;
  }
}

/** In ms, with the label's value. */
type TimingOf = readonly [name: HistogramName, ms: number, label?: string];

function timingsOf(notice: Notice): readonly TimingOf[] {
  switch (notice.kind) {
    case "build-succeeded":
      return [["hotpod_build_seconds", notice.tookMs]];
    case "promoted":
      return [
        ...(notice.swapMs === null ? [] : [["hotpod_swap_seconds", notice.swapMs] as const]),
        ...(notice.changeMs === null ? [] : [["hotpod_change_seconds", notice.changeMs] as const]),
      ];
    case "update-timed":
      return SWAP_PARTS.map((part) => [
        "hotpod_update_part_seconds",
        notice.timing[`${part}Ms`],
        part,
      ]);
    case "drain-ended":
      return [["hotpod_drain_seconds", notice.tookMs]];
    default:
      return [];
  }
}
