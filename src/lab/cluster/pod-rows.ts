/** One thing that showed of a pod. Seconds, by the clock of whoever watches. */
export interface Row {
  readonly at: number;
  readonly what: string;
  /** null: the pod's. */
  readonly container: string | null;
  readonly text: string;
  /** The node's own time of it, in whole seconds, as the API writes it; "": the API does not say. */
  readonly stamp: string;
}

interface State {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly containerID?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

/** A pod as the API tells it, as far as the lab looks. */
export interface ApiPod {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly initContainerStatuses?: readonly ApiContainer[];
    readonly containerStatuses?: readonly ApiContainer[];
  };
}

interface ApiContainer {
  readonly name: string;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state?: State;
  readonly lastState?: State;
}

/** What is new in each version of a pod: starts, ends, Ready, phases. */
export function podRows(): (pod: ApiPod | null, at: number) => Row[] {
  const started = new Set<string>();
  const ended = new Set<string>();
  let ready = false;
  let phase = "Pending";
  return (pod, at) => {
    const rows: Row[] = [];
    const add = (what: string, container: string | null, text = "", stamp = ""): void => {
      rows.push({ at, what, container, text, stamp });
    };
    if (pod === null) {
      add("gone", null);
      return rows;
    }
    const { status = {} } = pod;
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { name, restartCount, containerID = "", state, lastState } of all) {
      for (const one of [lastState?.terminated, state?.terminated]) {
        const id = one?.containerID ?? "";
        if (one === undefined || id === "" || ended.has(id)) continue;
        // It began and ended between two looks.
        if (!started.has(id)) add("started", name, "", one.startedAt);
        started.add(id);
        ended.add(id);
        add("exited", name, `${one.exitCode}`, one.finishedAt);
      }
      if (state?.running === undefined || started.has(containerID)) continue;
      started.add(containerID);
      add("started", name, `${restartCount}`, state.running.startedAt);
    }
    const condition = status.conditions?.find(({ type }) => type === "Ready");
    const isReady = condition?.status === "True";
    if (isReady !== ready) {
      add(isReady ? "Ready" : "NotReady", null, "", condition?.lastTransitionTime);
    }
    ready = isReady;
    if (status.phase !== undefined && status.phase !== phase) {
      phase = status.phase;
      add(phase, null);
    }
    return rows;
  };
}

/** A pod's entry in an EndpointSlice. */
export interface ApiEndpoint {
  readonly conditions?: { readonly ready?: boolean };
}

export interface ApiEvent {
  readonly metadata?: { readonly uid?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject?: { readonly fieldPath?: string; readonly name?: string };
}

const TOLD = new Set(["Killing", "Unhealthy", "BackOff", "ProbeWarning", "FailedPreStopHook"]);

/** Each occurrence of an event, once, however often the API tells it. */
export function eventRows(): (event: ApiEvent | null, at: number) => Row[] {
  const told = new Set<string>();
  return (event, at) => {
    const { metadata, reason = "", message = "", count = 1, involvedObject } = event ?? {};
    if (!TOLD.has(reason)) return [];
    const occurrence = `${metadata?.uid} ${count}`;
    if (metadata?.uid !== undefined && told.has(occurrence)) return [];
    told.add(occurrence);
    const [, container = null] = /\{(.*)\}/.exec(involvedObject?.fieldPath ?? "") ?? [];
    const stamp = event?.lastTimestamp ?? event?.eventTime ?? "";
    return [{ at, what: reason, container, text: message, stamp }];
  };
}
