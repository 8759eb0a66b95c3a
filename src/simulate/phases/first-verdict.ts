import { resolvePort } from "#kubelet/prober/network-outcome.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Container, Probe, ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { Likelihood } from "#model/life/life-report.js";
import { timingOf } from "#simulate/forms/probe-timing.js";
import type { Given } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { runLife } from "#simulate/life/run-life.js";
import { PROBES_PORT } from "#simulate/reload/hotpod-program.js";
import { type Axis, updatedContainer } from "./axis.js";
import { firstKill, type OutageWindow } from "./first-kill.js";
import { asRefused, stretchesOf } from "./stretches.js";

/**
 * When a worker first reaches its failure threshold, over all of its phases: by arithmetic over what its pod goes through while the
 * worker has no say. `bound`: nothing worse than this can come of it, without being exact. null: too much depends on too much.
 */
export function firstVerdict(
  input: LifeInput,
  axis: Axis,
  base: Given,
  want: "exact" | "bound",
): Likelihood | null {
  const container = updatedContainer(input);
  const probe = container === null ? null : probeOf(container, axis.kind);
  if (container === null || probe === null) return null;
  if (answersLate(input, probe) || asksSupervisor(input, container, probe)) return null;
  const run = runLife(withoutProbe(input, axis.kind), base, { events: false });
  const pod = run.pods[axis.pod];
  if (pod === undefined) return null;
  const { killsBy, restarts, readyFlips } = pod.record;
  const endUs = deletedAt(input, axis.pod);
  // A pod that is deleted is not ready in the end; that is no verdict of a probe.
  const flips = pod.isDeleting() && readyFlips === 1 ? 0 : readyFlips;
  if (killsBy.liveness + killsBy.startup + restarts + flips > 0) return null;
  const all = stretchesOf(pod, endUs).filter(({ fromUs }) => fromUs < endUs);
  const startUs = all[0]?.fromUs ?? 0;
  const told = (windows: readonly OutageWindow[]): Likelihood => fromStart(probe, windows, startUs);
  if (want === "bound") {
    const most = mostMetBy(axis.kind, container, asRefused(all));
    return probe.timeoutSeconds > probe.periodSeconds ? null : told(most);
  }
  const windows = metBy(axis.kind, container, all);
  if (windows === null || probe.handler.kind === "tcpSocket" || !isApart(windows, probe))
    return null;
  return told(windows);
}

/** Ages count from the container's start, which is also where its delay does. */
function fromStart(probe: Probe, windows: readonly OutageWindow[], startUs: number): Likelihood {
  const aged = windows.map((one) => ({
    ...{ fromUs: one.fromUs - startUs, toUs: one.toUs - startUs, outage: one.outage },
  }));
  const found = firstKill(timingOf(probe), aged);
  const { interval } = found;
  if (interval === null) return found;
  return {
    ...found,
    interval: { fromUs: interval.fromUs + startUs, toUs: interval.toUs + startUs },
  };
}

/** From then on liveness is not asked, and readiness is of no importance. */
function deletedAt({ faults, durationUs }: LifeInput, pod: number): Micros {
  const ends = faults.flatMap((one) =>
    one.kind === "delete" && (one.pod === null || one.pod === pod) ? [one.at] : [],
  );
  return Math.min(durationUs, ...ends);
}

/** A startup probe meets the start, and holds liveness back until it has succeeded; nobody is ready before. */
function mostMetBy(
  kind: ProbeKind,
  { startupProbe }: Container,
  all: readonly OutageWindow[],
): readonly OutageWindow[] {
  if (kind === "startup") return all.slice(0, 1);
  return kind === "liveness" && startupProbe === null ? all : all.slice(1);
}

/** As far as it is certain: an outage right after the start may be over before anybody asks. */
function metBy(
  kind: ProbeKind,
  container: Container,
  all: readonly OutageWindow[],
): OutageWindow[] | null {
  const later = mostMetBy(kind, container, all);
  if (kind === "startup" || later === all) return [...later];
  const start = all[0];
  const gate = container.startupProbe ?? container.readinessProbe;
  const openUs = ((gate?.periodSeconds ?? 0) + (gate?.timeoutSeconds ?? 0)) * 1_000_000;
  const early = later.some(({ fromUs }) => fromUs < (start?.toUs ?? 0) + openUs);
  return early ? null : [...later];
}

/** Attempts against a silent socket reach into what follows. */
function isApart(windows: readonly OutageWindow[], { timeoutSeconds }: Probe): boolean {
  return windows.every(({ fromUs }, index) => {
    const before = windows[index - 1];
    return before === undefined || fromUs - before.toUs >= timeoutSeconds * 1_000_000;
  });
}

function withoutProbe(input: LifeInput, kind: ProbeKind): LifeInput {
  const { workload, service } = input;
  const { template } = workload;
  const field = `${kind}Probe` as const;
  const strip = (one: Container): Container =>
    one.name === service.container ? { ...one, [field]: null } : one;
  const spec = {
    ...template.spec,
    containers: template.spec.containers.map(strip),
    initContainers: template.spec.initContainers.map(strip),
  };
  return { ...input, workload: { ...workload, template: { ...template, spec } } };
}

/** An answer later than the timeout fails without any outage. */
function answersLate({ service }: LifeInput, { timeoutSeconds }: Probe): boolean {
  return [service.healthLatency, service.healthLatencyBuild].some(
    (latency) =>
      latency !== null && !(latency.kind === "const" && latency.us < timeoutSeconds * 1_000_000),
  );
}

/** What hotpod answers by itself is not in the record of the service. */
function asksSupervisor({ reload }: LifeInput, { ports }: Container, { handler }: Probe): boolean {
  if (reload?.kind !== "hotpod" || (handler.kind !== "httpGet" && handler.kind !== "tcpSocket")) {
    return false;
  }
  const port = resolvePort(handler.port, ports);
  return port.ok && port.value === PROBES_PORT;
}
