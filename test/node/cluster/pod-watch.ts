import { namespace } from "./kubectl.js";
import { watchObject } from "./watch.js";

/** One thing the API server said about a pod, with this machine's own instant (ms, performance.now). */
export interface PodSight {
  readonly atMs: number;
  /** null: the object is gone. */
  readonly pod: PodView | null;
}

/** What the tests judge a pod by. */
export interface PodView {
  readonly phase: string;
  readonly ip: string | null;
  readonly ready: boolean;
  readonly deleting: boolean;
  readonly restarts: number;
  readonly containerId: string | null;
  /** How the container ended: now, or the life before this one. */
  readonly ended: Ended | null;
  readonly lastEnded: Ended | null;
}

export interface Ended {
  readonly exitCode: number;
  readonly reason: string;
}

export interface PodWatch {
  readonly sights: readonly PodSight[];
  /** Waits for a sight, those already seen included; fails with the whole story after `limitMs`. */
  until(what: string, good: (pod: PodView | null) => boolean, limitMs: number): Promise<PodSight>;
  /** Forgets what was seen so far but the last state: what comes now is judged. */
  mark(): void;
  stop(): void;
}

/** Follows one pod. What the kubelet wrote and took back between two writes is seen too. */
export function watchPod(name: string): PodWatch {
  const sights: PodSight[] = [];
  const waiting = new Set<() => void>();
  const watch = watchObject<ApiPod>(
    `/api/v1/namespaces/${namespace}/pods`,
    name,
    (object, atMs) => {
      sights.push({ atMs, pod: object === null ? null : viewOf(object) });
      for (const look of waiting) look();
    },
  );
  return {
    sights,
    until: (what, good, limitMs) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = sights.find((sight) => good(sight.pod));
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${name}: not ${what} in ${limitMs} ms; seen ${story(sights)}`));
        }, limitMs);
        waiting.add(look);
        look();
      }),
    mark: () => {
      sights.splice(0, sights.length - 1);
    },
    stop: () => watch.stop(),
  };
}

/** The states a pod went through, for messages. */
export function story(sights: readonly PodSight[]): string {
  const told = sights.map(({ pod }) => {
    if (pod === null) return "gone";
    const ended = pod.ended ?? pod.lastEnded;
    const end = ended === null ? "" : ` (${ended.reason} ${ended.exitCode})`;
    const deleting = pod.deleting ? " deleting" : "";
    return `${pod.phase}${pod.ready ? " ready" : ""}${deleting} restarts ${pod.restarts}${end}`;
  });
  return told.filter((text, index) => text !== told[index - 1]).join(" > ");
}

function viewOf(pod: ApiPod): PodView {
  const status = pod.status ?? {};
  const container = status.containerStatuses?.[0];
  return {
    phase: status.phase ?? "Unknown",
    ip: status.podIP ?? null,
    ready: status.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false,
    deleting: pod.metadata.deletionTimestamp !== undefined,
    restarts: container?.restartCount ?? 0,
    containerId: container?.containerID?.replace(/^.*:\/\//, "") ?? null,
    ended: container?.state?.terminated ?? null,
    lastEnded: container?.lastState?.terminated ?? null,
  };
}

interface ApiPod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly containerID?: string;
      readonly state?: { readonly terminated?: Ended };
      readonly lastState?: { readonly terminated?: Ended };
    }[];
  };
}
