import type { DurationMs } from "#base/time.js";

/** What one run of the lab has found. `lab.json` is this value. */
export interface LabReport {
  readonly schema: "hotpod.lab/v1";
  readonly run: LabRun;
  readonly scenarios: readonly ScenarioResult[];
}

export interface LabRun {
  readonly id: string;
  readonly seed: number;
  /** Length of a nominal second in the scenarios whose times are scaled. */
  readonly scale: number;
  /** By the wall clock, RFC 3339. */
  readonly startedAt: string;
  readonly hotpod: string;
  readonly host: {
    readonly kernel: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly node: string;
    readonly go: string | null;
  };
  readonly needs: readonly FoundNeed[];
  /** The container runtime whose ways the lab's own kubelet went by; absent: containerd. */
  readonly cri?: "containerd" | "crio" | "dockershim";
  /** Where arms of the side `cluster` ran; absent: nowhere. */
  readonly cluster?: ClusterFacts;
}

/** The cluster whose kubelet lived through the pods. */
export interface ClusterFacts {
  /** Of kubectl's configuration. */
  readonly context: string;
  readonly namespace: string;
  readonly image: string;
  /** Of the API server: `v1.36.3`. */
  readonly server: string;
  /** The node that all pods ran on; null: whoever ran the lab may not read nodes. */
  readonly node: ClusterNode | null;
}

export interface ClusterNode {
  /** `v1.36.3` */
  readonly kubelet: string;
  /** `containerd://2.2.9` */
  readonly runtime: string;
  readonly kernel: string;
}

/** Something a scenario needs of the machine, looked for once. */
export interface FoundNeed {
  readonly need: string;
  readonly found: boolean;
  /** Path and version; or why it is not there and how to get it. */
  readonly detail: string;
}

export type Verdict =
  /** The claim's mechanism and its effect were both observed. */
  | "confirmed"
  /** The effect did not occur under the claim's own conditions. */
  | "refuted"
  /** The effect occurs, by another mechanism, with other numbers or under further conditions. */
  | "confirmed-with-correction"
  /** Measured, and the result does not tell the alternatives apart. */
  | "inconclusive"
  | "skipped";

export const VERDICTS: readonly Verdict[] = [
  "confirmed",
  "confirmed-with-correction",
  "refuted",
  "inconclusive",
  "skipped",
];

export interface ScenarioResult {
  readonly id: string;
  readonly chapter: number;
  readonly title: string;
  readonly claim: string;
  readonly status: "run" | "skipped";
  /** Of a skipped one: what is missing and how to get it. */
  readonly reason: string | null;
  readonly verdict: Verdict;
  /** `not-run`: there is nothing to compare with. */
  readonly prediction: "as-predicted" | "unexpected" | "not-run";
  readonly correction: string | null;
  readonly advice: readonly string[];
  /** The one decisive figure of each side, for a table. */
  readonly headline: { readonly before: string; readonly after: string; readonly about: string };
  readonly arms: readonly ArmResult[];
  /** Predictions that compare arms. */
  readonly assertions: readonly Assertion[];
  /** Whether the times of this scenario were scaled. */
  readonly scaled: boolean;
  readonly elapsedMs: DurationMs;
}

export interface ArmResult {
  readonly name: string;
  /** `cluster`: the broken set-up once more, in real pods of a cluster and in real time. */
  readonly side: "before" | "after" | "cluster";
  /** What it is, for people: `mv from another file system`. */
  readonly label: string;
  readonly status: "run" | "skipped" | "failed";
  /** Why it was skipped, or how it failed. */
  readonly reason: string | null;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly assertions: readonly Assertion[];
  readonly timeline: LabTimeline;
  /** Of an arm in a cluster: the same pod in the model of the kubelet. */
  readonly beside?: readonly BesideModel[];
  readonly elapsedMs: DurationMs;
}

/** One thing that happens to a pod, in the model and in a cluster. Seconds. */
export interface BesideModel {
  /** `kill 1, after start 1` */
  readonly what: string;
  /** Earliest and latest, over all that a manifest leaves open; null: it does not happen in the model. */
  readonly model: { readonly from: number; readonly to: number } | null;
  /** Of each pod that it happened to. */
  readonly real: readonly number[];
  /** Every pod is within the model's range, as exactly as an API can be watched. */
  readonly ok: boolean;
}

/** What was measured, under its key. */
export type Measure =
  | {
      readonly kind: "count";
      readonly about: string;
      readonly unit: string;
      readonly value: number;
      /** Of how many; null: there is no such number. */
      readonly n: number | null;
      /** Of a zero count: with a confidence of 95 %, no larger share of all. */
      readonly upper95: number | null;
    }
  | {
      readonly kind: "spread";
      readonly about: string;
      readonly unit: string;
      readonly n: number;
      readonly p50: number;
      readonly p95: number;
      readonly max: number;
    }
  | { readonly kind: "text"; readonly about: string; readonly value: string };

export interface Assertion {
  /** As it was declared: `rename.enoent = 0`. */
  readonly expr: string;
  /** Why it has to be so. */
  readonly because: string;
  readonly ok: boolean;
  /** What was found; null: nothing was measured under that name. */
  readonly actual: string | null;
}

/** What happened in an arm. Instants are milliseconds since its beginning. */
export interface LabTimeline {
  readonly tookMs: DurationMs;
  readonly marks: readonly { readonly atMs: number; readonly label: string }[];
  readonly lanes: readonly LabLane[];
  readonly traffic: LabTraffic | null;
}

export interface LabLane {
  readonly name: string;
  readonly spans: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly label: string;
    readonly tone: LabTone;
  }[];
  readonly points: readonly LabPoint[];
}

export type LabTone = "good" | "bad" | "busy" | "quiet";

export interface LabPoint {
  readonly atMs: number;
  /** `error`: the question itself failed, which the kubelet does not count. */
  readonly kind: "pass" | "fail" | "error" | "event";
  readonly label: string;
}

/** Requests by equal slices of time. */
export interface LabTraffic {
  readonly sliceMs: DurationMs;
  readonly succeeded: readonly number[];
  readonly failed: readonly number[];
  readonly latencyMaxMs: readonly number[];
}
