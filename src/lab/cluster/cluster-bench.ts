import { fail, ok, type Result } from "#base/result.js";
import { type CallFailure, failureWords } from "#model/kube/call-failure.js";
import type {
  KubeAccess,
  KubeObject,
  LogLine,
  NamespaceWatch,
  PodSight,
} from "#ports/lab/kube-access.js";
import type { LabClock, LabFeed } from "#ports/lab/lab-bench.js";
import { LAB_LABEL } from "./rights.js";

/** What an arm may do in the lab's namespace: make and delete its own objects, and look. The kubelet does the rest. */
export interface ClusterBench {
  readonly clock: LabClock;
  readonly image: string;
  /** Milliseconds since the epoch of a time as the API writes it; NaN: it is none. */
  timeMs(text: string): number;
  /** Makes the object, with the lab's label. Rejects with the API server's words. */
  create(object: KubeObject): Promise<void>;
  /** Changes an object that it has made. Rejects with the API server's words. */
  replace(object: KubeObject): Promise<void>;
  /** Deletes the arm's pods, without waiting; each has so many seconds to end. Rejects with the API server's words. */
  deletePods(graceSeconds: number): Promise<void>;
  /** Labels that all the arm's objects carry, and no others: a Service's selector. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the API tells of a pod, its present state and its events first. */
  follow(pod: string, tell: (sight: PodSight) => void): void;
  /** What a container writes, from its beginning, as it comes. Only of a pod that has started. */
  followLog(pod: string): LabFeed<LogLine>;
  /** The lines of the container, or of the one before it; an error is the API server's words. */
  log(pod: string, of: "current" | "previous"): Promise<Result<readonly string[], string>>;
}

export interface OpenClusterBench {
  readonly bench: ClusterBench;
  /** Deletes what the arm has made, without waiting. What could not be deleted, in words; empty: nothing. */
  close(): Promise<readonly string[]>;
}

/** Where the pods of one run live. */
export interface LabNamespace {
  readonly access: KubeAccess;
  readonly name: string;
  /** Value of the lab's label on everything that this run makes. */
  readonly run: string;
  readonly image: string;
  readonly watch: NamespaceWatch;
  /** Ends a name so that nothing else was ever called so: a pod of before may still be ending, and events outlive their pods. */
  readonly unique: () => string;
}

/** `arm`: a label value of its own, by which what the arm has made is found again. */
export function openClusterBench(place: LabNamespace, arm: string): OpenClusterBench {
  const { access, name, watch } = place;
  const ends: (() => void)[] = [];
  const labels = { [LAB_LABEL]: place.run, [ARM_LABEL]: arm };
  const label = `${LAB_LABEL}=${place.run},${ARM_LABEL}=${arm}`;
  const marked = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels },
  });
  const bench: ClusterBench = {
    clock: access.clock,
    image: place.image,
    labels,
    timeMs: access.timeMs,
    create: async (object) => orThrow(await access.create(marked(object), name)),
    replace: async (object) => orThrow(await access.replace(marked(object), name)),
    deletePods: async (graceSeconds) =>
      orThrow(await access.removeLabelled(["pods"], label, name, graceSeconds)),
    follow(pod, tell) {
      ends.push(watch.follow(pod, tell));
    },
    followLog(pod) {
      const { lines, stop } = access.followLog(pod, name);
      ends.push(stop);
      return lines;
    },
    async log(pod, of) {
      const said = await access.log(pod, name, of);
      if (!said.ok) return fail(failureText(said.error));
      return ok(said.value.split("\n").filter((line) => line !== ""));
    },
  };
  return {
    bench,
    async close() {
      for (const end of ends) end();
      const gone = await access.removeLabelled(MADE, label, name, END_SECONDS);
      return gone.ok ? [] : [`what the arm has made in ${name}: ${failureText(gone.error)}`];
    },
  };
}

function orThrow(answer: Result<unknown, CallFailure>): void {
  if (!answer.ok) throw new Error(failureText(answer.error));
}

/** The last of kubectl's lines says what was wrong. */
export function failureText(failure: CallFailure): string {
  const words = failureWords(failure);
  return failure.kind === "refused" ? (words.trim().split("\n").at(-1) ?? "") : words;
}

/** Kinds of objects that arms make. */
export const MADE: readonly string[] = ["pods", "configmaps", "services"];
/** That a pod of the lab has to end, once its arm is over. */
export const END_SECONDS = 1;
const ARM_LABEL = "hotpod.dev/lab-arm";
