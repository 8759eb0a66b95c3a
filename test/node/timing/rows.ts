/** One thing that showed of a pod. Seconds; of a record, from its first container's start. */
export interface Row {
  readonly at: number;
  readonly what: string;
  /** null: the pod's. */
  readonly container: string | null;
  readonly text: string;
}

interface State {
  readonly running?: object;
  readonly terminated?: { readonly exitCode: number; readonly containerID?: string };
}

export interface ApiPod {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
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
    if (pod === null) return [{ at, what: "gone", container: null, text: "" }];
    const { status = {} } = pod;
    const rows: Row[] = [];
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { name, restartCount, containerID = "", state, lastState } of all) {
      for (const one of [lastState?.terminated, state?.terminated]) {
        const id = one?.containerID ?? "";
        if (one === undefined || id === "" || ended.has(id)) continue;
        // It began and ended between two looks.
        if (!started.has(id)) rows.push({ at, what: "started", container: name, text: "" });
        started.add(id);
        ended.add(id);
        rows.push({ at, what: "exited", container: name, text: `${one.exitCode}` });
      }
      if (state?.running === undefined || started.has(containerID)) continue;
      started.add(containerID);
      rows.push({ at, what: "started", container: name, text: `${restartCount}` });
    }
    const isReady = status.conditions?.some((c) => c.type === "Ready" && c.status === "True");
    if (isReady === true && !ready) rows.push({ at, what: "Ready", container: null, text: "" });
    if (isReady !== true && ready) rows.push({ at, what: "NotReady", container: null, text: "" });
    ready = isReady === true;
    if (status.phase !== undefined && status.phase !== phase) {
      phase = status.phase;
      rows.push({ at, what: phase, container: null, text: "" });
    }
    return rows;
  };
}

export interface ApiEvent {
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly involvedObject?: { readonly fieldPath?: string };
}

const TOLD = new Set(["Killing", "Unhealthy", "BackOff", "ProbeWarning", "FailedPreStopHook"]);

/** Each occurrence of an event; what differs from node to node is taken out of its text. */
export function eventRows(): (event: ApiEvent | null, at: number) => Row[] {
  return (event, at) => {
    const { reason = "", message = "", involvedObject } = event ?? {};
    if (!TOLD.has(reason)) return [];
    const [, container = null] = /\{(.*)\}/.exec(involvedObject?.fieldPath ?? "") ?? [];
    const text = message
      .replace(/\b[0-9a-f]{64}\b/g, "0".repeat(64))
      .replace(/\b10\.88\.\d+\.\d+\b/g, "10.0.0.1")
      .replace(/\([0-9a-f-]{36}\)/g, "(uid)");
    return [{ at, what: reason, container, text }];
  };
}
