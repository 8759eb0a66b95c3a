import { type Container, isSidecar } from "#model/kube/pod.js";
import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { LifeRun } from "#simulate/life/run-life.js";

/** What the kubelet told of one container of one pod, in order. */
export interface ContainerStream {
  readonly pod: string;
  readonly podIndex: number;
  readonly container: Container;
  readonly role: "init" | "sidecar" | "regular";
  readonly events: readonly LifeEvent[];
  /** When the API was asked to delete the pod; Infinity: never. */
  readonly deletedAt: Micros;
  /** When the node restarted, in order. */
  readonly rebootedAt: readonly Micros[];
}

export function containerStreams(input: LifeInput, run: LifeRun): ContainerStream[] {
  const { initContainers, containers } = input.workload.template.spec;
  const found = new Map<string, LifeEvent[]>();
  for (const event of run.events) {
    if (event.src !== "kubelet" || event.container === undefined) continue;
    const key = `${event.pod}/${event.container}`;
    const list = found.get(key);
    if (list === undefined) found.set(key, [event]);
    else list.push(event);
  }
  const rebootedAt = input.faults.flatMap(({ kind, at }) => (kind === "nodeReboot" ? [at] : []));
  return run.pods.flatMap(({ name, index }) => {
    const deletedAt = deletionOf(input, index);
    const streamOf = (container: Container, regular: boolean): ContainerStream => ({
      ...{ pod: name, podIndex: index, container, deletedAt, rebootedAt },
      role: regular ? "regular" : isSidecar(container) ? "sidecar" : "init",
      events: found.get(`${name}/${container.name}`) ?? [],
    });
    return [
      ...initContainers.map((one) => streamOf(one, false)),
      ...containers.map((one) => streamOf(one, true)),
    ];
  });
}

function deletionOf({ faults }: LifeInput, pod: number): Micros {
  const found = faults.find((one) => one.kind === "delete" && (one.pod ?? pod) === pod);
  return found?.at ?? Number.POSITIVE_INFINITY;
}

export const SECOND_US = 1_000_000;

export const seconds = (us: Micros): string => `${us / SECOND_US}s`;

/** `shop-0/api at 12.5s: …` */
export function found(stream: ContainerStream, at: Micros, what: string): string {
  return `${stream.pod}/${stream.container.name} at ${seconds(at)}: ${what}`;
}

/** Looks at one container after the other. */
export function eachStream(
  streams: readonly ContainerStream[],
  look: (stream: ContainerStream) => string | null,
): string | null {
  for (const stream of streams) {
    const wrong = look(stream);
    if (wrong !== null) return wrong;
  }
  return null;
}
