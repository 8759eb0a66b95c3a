import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { placeFlags } from "#edge/cluster/kube-calls.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { NamespaceWatch, PodSight } from "#ports/lab/kube-access.js";

interface Told {
  readonly type: string;
  readonly object: {
    readonly metadata?: { readonly name?: string };
    readonly involvedObject?: { readonly kind?: string; readonly name?: string };
    readonly endpoints?: readonly {
      readonly targetRef?: { readonly kind?: string; readonly name?: string };
    }[];
  };
}

/**
 * One watch of the pods, one of the events and one of the Services' endpoints, over kubectl. An API server ends a watch now and then, and networks break: it is begun
 * again, and tells what there is once more.
 */
export function watchNamespace(context: string, namespace: string): NamespaceWatch {
  const listeners = new Map<string, (sight: PodSight) => void>();
  const known: (PodSight & { readonly pod: string })[] = [];
  const children = new Map<string, ChildProcess>();
  const timers = new Set<NodeJS.Timeout>();
  const flags = placeFlags({ context, namespace: null });
  let over = false;
  const tell = (pod: string, sight: PodSight): void => {
    known.push({ ...sight, pod });
    listeners.get(pod)?.(sight);
  };
  const read = (kind: PodSight["kind"], line: string): void => {
    const told = readLine(line);
    if (told === null) return;
    const { type, object } = told;
    const atMs = monotonicMs();
    if (kind === "event") {
      const { involvedObject: about } = object;
      // An event that is forgotten by the API was told before.
      if (about?.kind !== "Pod" || about.name === undefined || type === "DELETED") return;
      tell(about.name, { kind, object, atMs });
      return;
    }
    if (kind === "endpoint") {
      for (const endpoint of object.endpoints ?? []) {
        const { kind: of, name: pod } = endpoint.targetRef ?? {};
        if (of === "Pod" && pod !== undefined) {
          tell(pod, { kind, object: type === "DELETED" ? null : endpoint, atMs });
        }
      }
      return;
    }
    const name = object.metadata?.name;
    if (name !== undefined) tell(name, { kind, object: type === "DELETED" ? null : object, atMs });
  };
  const begin = (kind: PodSight["kind"]): void => {
    if (over) return;
    const { group, resource } = WATCHED[kind];
    const url = `/${group}/namespaces/${namespace}/${resource}?watch=1`;
    const child = spawn("kubectl", [...flags, "get", "--raw", url], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.set(kind, child);
    createInterface({ input: child.stdout }).on("line", (line) => read(kind, line));
    child.on("error", () => {});
    child.on("close", () => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        begin(kind);
      }, AGAIN_MS);
      if (over) clearTimeout(timer);
      else timers.add(timer);
    });
  };
  begin("pod");
  begin("event");
  begin("endpoint");
  return {
    follow(pod, listener) {
      for (const sight of known) if (sight.pod === pod) listener(sight);
      listeners.set(pod, listener);
      return () => listeners.delete(pod);
    },
    stop() {
      over = true;
      for (const timer of timers) clearTimeout(timer);
      for (const child of children.values()) child.kill("SIGKILL");
    },
  };
}

/** A line that was cut off when the watch ended tells nothing; what it told comes once more. */
function readLine(line: string): Told | null {
  try {
    const told = JSON.parse(line) as Told;
    return told.object === undefined || told.type === "ERROR" ? null : told;
  } catch {
    return null;
  }
}

const WATCHED: Readonly<
  Record<PodSight["kind"], { readonly group: string; readonly resource: string }>
> = {
  pod: { group: "api/v1", resource: "pods" },
  event: { group: "api/v1", resource: "events" },
  endpoint: { group: "apis/discovery.k8s.io/v1", resource: "endpointslices" },
};
const AGAIN_MS = 500;
