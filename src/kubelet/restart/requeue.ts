import type { NodeVersion } from "#kubelet/node-version.js";
import type { Micros } from "#model/life/life-event.js";

/** How a sync of a pod ended. `backOffLeftUs`: until the soonest back-off is over; negative when it is. */
export type SyncEnd =
  | { readonly kind: "clean" }
  | { readonly kind: "error" }
  | { readonly kind: "back-off"; readonly backOffLeftUs: Micros }
  | { readonly kind: "network-not-ready" };

const RESYNC_US = 60_000_000;
const ERROR_US = 10_000_000;
const NETWORK_US = 1_000_000;

/**
 * How long until the pod's next sync, without anything else happening. `jitter`: from 1 to 1.5.
 * Source: pod_workers.go completeWork.
 */
export function requeueUs(
  end: SyncEnd,
  jitter: number,
  version: NodeVersion,
  resyncUs: Micros = RESYNC_US,
): Micros {
  switch (end.kind) {
    case "clean":
      return Math.round(resyncUs * jitter);
    case "error":
      return Math.round(ERROR_US * jitter);
    case "network-not-ready":
      return Math.round(NETWORK_US * jitter);
    case "back-off": {
      if (version.quirks.backoffPolling) return Math.round(ERROR_US * jitter);
      const left = Math.max(0, end.backOffLeftUs);
      return Math.round(Math.min(left, resyncUs) * jitter);
    }
  }
}
