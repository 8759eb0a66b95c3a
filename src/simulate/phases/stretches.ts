import type { Micros } from "#model/life/life-event.js";
import type { LifePod } from "#simulate/life/pod/life-pod.js";
import type { OutageWindow } from "./first-kill.js";

/** Stretches in which a pod's service was not well, until `endUs`, as clients and probes met it. */
export function stretchesOf({ record }: LifePod, endUs: Micros): OutageWindow[] {
  const windows: OutageWindow[] = [];
  let since: { readonly at: Micros; readonly outage: OutageWindow["outage"] } | null = null;
  const close = (at: Micros): void => {
    if (since !== null && at > since.at) {
      windows.push({ fromUs: since.at, toUs: at, outage: since.outage });
    }
    since = null;
  };
  for (const { at, mode } of record.edges) {
    const outage = mode === "silent" || mode === "queueing" ? "silent" : "refused";
    if (since !== null && mode !== "ok" && (since as OutageStart).outage === outage) continue;
    close(at);
    if (mode !== "ok") since = { at, outage };
  }
  close(endUs);
  return windows;
}

interface OutageStart {
  readonly outage: OutageWindow["outage"];
}

/** Each as if every attempt in it failed at once, and what touches is one: never shorter or milder than it was. */
export function asRefused(windows: readonly OutageWindow[]): OutageWindow[] {
  const joined: OutageWindow[] = [];
  for (const { fromUs, toUs } of windows) {
    const before = joined.at(-1);
    if (before !== undefined && before.toUs === fromUs) {
      joined[joined.length - 1] = { ...before, toUs };
    } else joined.push({ fromUs, toUs, outage: "refused" });
  }
  return joined;
}
