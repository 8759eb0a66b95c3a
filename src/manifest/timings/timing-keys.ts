import { nearest } from "#base/nearest.js";

export type TimingUnit = "seconds" | "bytes" | "count" | "share";

export interface TimingKey {
  readonly unit: TimingUnit;
  readonly doc: string;
}

/** What can be known of a service by measuring it. `init.<name>` besides, for each init container. */
const TIMING_KEYS: Readonly<Record<string, TimingKey>> = {
  build: { unit: "seconds", doc: "a build while the service runs" },
  coldBuild: { unit: "seconds", doc: "the first build of a container's life" },
  coldStart: { unit: "seconds", doc: "container start to the first good answer" },
  appStart: { unit: "seconds", doc: "process start to the first good answer" },
  stopTime: { unit: "seconds", doc: "stop signal to exit, under load" },
  drain: { unit: "seconds", doc: "how long requests under way take at a stop" },
  imagePull: { unit: "seconds", doc: "pulling the image on a node that has not got it" },
  healthLatency: { unit: "seconds", doc: "the health endpoint's answer" },
  healthLatencyBuild: { unit: "seconds", doc: "the same while a build runs" },
  gap: { unit: "seconds", doc: "measured: without an answer during a swap" },
  withdrawn: { unit: "seconds", doc: "measured: not ready during a swap" },
  clientPause: { unit: "seconds", doc: "pause of clients on kept-alive connections" },
  endpointLag: { unit: "seconds", doc: "change of an endpoint to new connections following it" },
  rss: { unit: "bytes", doc: "memory of one generation" },
  buildRss: { unit: "bytes", doc: "memory of a build" },
  artifact: { unit: "bytes", doc: "the program's size" },
  gocache: { unit: "bytes", doc: "Go's build cache" },
  dirs: { unit: "count", doc: "folders that are watched" },
  rollbackOk: { unit: "count", doc: "roll-backs that were exercised" },
  failed: { unit: "share", doc: "requests lost per swap under load" },
};

export function timingKey(name: string): TimingKey | null {
  if (/^init\.[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    return { unit: "seconds", doc: "run time of that init container" };
  }
  return Object.hasOwn(TIMING_KEYS, name) ? (TIMING_KEYS[name] ?? null) : null;
}

export function timingKeyHint(name: string): string {
  const near = nearest(name, Object.keys(TIMING_KEYS));
  if (near !== null) return `Did you mean "${near}"?`;
  return `Known: ${Object.keys(TIMING_KEYS).join(", ")} and init.<container>.`;
}
