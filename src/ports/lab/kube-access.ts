import type { Result } from "#base/result.js";
import type { CallFailure } from "#model/kube/call-failure.js";
import type { LabClock, LabFeed } from "./lab-bench.js";

/** A cluster, with the rights of whoever runs this. Every refusal is a value. */
export interface KubeAccess {
  readonly clock: LabClock;
  /** RFC 3339, of now and of so many seconds later. */
  wallTime(laterSeconds: number): string;
  /** Milliseconds since the epoch of a time as the API writes it; NaN: it is none. */
  timeMs(text: string): number;
  /** Of the API server: `v1.36.3`. */
  serverVersion(): Promise<Answer<string>>;
  /** null: there is none. `namespace` null: the object is in none. */
  get(kind: string, name: string, namespace: string | null): Promise<Answer<object | null>>;
  /** Makes it; what the API has made of it. */
  create(object: KubeObject, namespace: string | null): Promise<Answer<object>>;
  replace(object: KubeObject, namespace: string): Promise<Answer<object>>;
  /** Deletes those of the kinds that carry the label, without waiting. Each pod has so many seconds to end. */
  removeLabelled(
    kinds: readonly string[],
    label: string,
    namespace: string,
    graceSeconds: number,
  ): Promise<Answer<string>>;
  /** Deletes it and all in it. Waits so long for its end; an error says that it is still there. */
  removeNamespace(name: string, waitMs: number): Promise<Answer<string>>;
  /** What the pod's only container has written, or the one before it. */
  log(pod: string, namespace: string, of: "current" | "previous"): Promise<Answer<string>>;
  /** From its beginning on, as it comes. */
  followLog(pod: string, namespace: string): FollowedLog;
  watch(namespace: string): NamespaceWatch;
  /**
   * Does the same as `removeNamespace`, or `removeLabelled`, if this process ends before it has released the guard, in whatever way.
   */
  guard(what: GuardedNamespace): { release(): void };
}

export type Answer<T> = Result<T, CallFailure>;

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface FollowedLog {
  readonly lines: LabFeed<LogLine>;
  stop(): void;
}

/** `atMs` by the clock of whoever reads. */
export interface LogLine {
  readonly text: string;
  readonly atMs: number;
}

/** Everything that the API tells of the pods of one namespace. */
export interface NamespaceWatch {
  /** The pod's present state, its events and its places in Services first, then what comes. The returned function ends it. */
  follow(pod: string, tell: (sight: PodSight) => void): () => void;
  stop(): void;
}

export interface PodSight {
  /** `endpoint`: the pod's entry in an EndpointSlice. */
  readonly kind: "pod" | "event" | "endpoint";
  /** As the API tells it; null: it is gone. */
  readonly object: object | null;
  readonly atMs: number;
}

/** `label` null: all of the namespace is the lab's, and it goes; else what carries the label. */
export interface GuardedNamespace {
  readonly name: string;
  readonly label: string | null;
}
