import { nodeVersion } from "#kubelet/node-version.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Container, ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { LifeInput } from "#simulate/life/life-input.js";

/** One free phase: where in its period the ticks of a worker fall. */
export interface Axis {
  readonly pod: number;
  readonly container: string;
  readonly kind: ProbeKind;
  readonly periodUs: Micros;
  /**
   * `ticks`: against its container's start. `events`: the worker takes its ticks from the container's start anew, as readiness does
   * from 1.32 on, so that only what is done to the pod can fall differently.
   */
  readonly moves: "ticks" | "events";
}

/** More pods than these that are treated each in its own way are not looked at one by one. */
const PODS_MAX = 4;

/** The workers whose phases can make a difference: those of the container that is updated, of pods that are told apart. */
export function axesOf(input: LifeInput): Axis[] {
  const container = updatedContainer(input);
  if (container === null) return [];
  const { readinessReanchor } = nodeVersion(input.minor, input.runtime).quirks;
  return podsApart(input).flatMap((pod) =>
    (["liveness", "readiness", "startup"] as const).flatMap((kind): Axis[] => {
      const probe = probeOf(container, kind);
      if (probe === null) return [];
      const periodUs = probe.periodSeconds * 1_000_000;
      const moves = kind === "readiness" && readinessReanchor ? "events" : "ticks";
      return [{ pod, container: container.name, kind, periodUs, moves }];
    }),
  );
}

export function updatedContainer({ workload, service }: LifeInput): Container | null {
  const { containers, initContainers } = workload.template.spec;
  const all = [...initContainers, ...containers];
  return all.findLast(({ name }) => name === service.container) ?? null;
}

/** Pods that a fault names, and one for all the others. */
function podsApart({ faults, workload }: LifeInput): number[] {
  const several = workload.kind === "Pod" ? 1 : workload.replicas;
  const named = new Set(
    faults.flatMap((one) => ("pod" in one && one.pod !== null ? [one.pod] : [])),
  );
  const inside = [...named].filter((pod) => pod < several).sort((a, b) => a - b);
  const other = Array.from({ length: several }, (_, pod) => pod).find((pod) => !named.has(pod));
  return [...inside, ...(other === undefined ? [] : [other])].slice(0, PODS_MAX);
}
