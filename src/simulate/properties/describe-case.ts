import type { Container, Probe } from "#model/kube/pod.js";
import type { Distribution, Fault, LifeInput, Save } from "#simulate/life/life-input.js";

/** One line of the table that a minimal case is shown as. */
export interface CaseRow {
  readonly name: string;
  readonly value: string;
}

/** A case as people read it: what is as it always is stays away. */
export function describeCase(input: LifeInput): CaseRow[] {
  const { workload, reload, service, node } = input;
  const { spec } = workload.template;
  const lasting = (
    ["build", "coldBuild", "appStart", "coldStart", "stopTime", "drain", "healthLatency"] as const
  ).flatMap((name) => row(name, service[name] === null ? "" : durationText(service[name])));
  return [
    ...row("kubernetes", `1.${input.minor}, ${input.runtime}`),
    ...row("reload", reloadText(input)),
    ...spec.initContainers.flatMap((one) => containerRows("init container", one)),
    ...spec.containers.flatMap((one) => containerRows("container", one)),
    ...row("restartPolicy", spec.restartPolicy),
    ...row("grace period", `${spec.terminationGracePeriodSeconds}s`),
    ...lasting,
    ...row("at the stop signal", service.onTerm.kind),
    ...row("while starting", service.whileStarting),
    ...row("clients", clientsText(input)),
    ...row("container start", seconds(node.containerStartUs)),
    ...row("detection", durationText(node.detectionUs)),
    ...row("endpoint lag", durationText(node.endpointLag)),
    ...row("requeue jitter", `${node.requeueJitter}`),
    ...row("wall fraction", node.wallFraction === 0 ? "" : `${node.wallFraction}s`),
    ...row("kubelet", node.kubeletAgeUs === 0 ? "just started" : ""),
    ...row("phases", reload === null ? "" : phaseText(input)),
    ...input.saves.flatMap((save) => row(`save at ${seconds(save.at)}`, saveText(save))),
    ...input.faults.flatMap((fault) => row(`fault at ${seconds(fault.at)}`, faultText(fault))),
    ...row("until", seconds(input.durationUs)),
  ];
}

const row = (name: string, value: string): CaseRow[] => (value === "" ? [] : [{ name, value }]);

const seconds = (us: number): string => `${us / 1_000_000}s`;

function reloadText({ reload }: LifeInput): string {
  if (reload === null) return "nothing";
  if (reload.kind === "tool") return `${reload.tool.name} ${reload.tool.versions}`;
  const { handover, liveness, crash, readiness, rollback, ...times } = reload.policy;
  const { debounceMs, starveLimitMs, buildTimeoutMs, readyTimeoutMs, lingerMs, probationMs } =
    times;
  const { drainTimeoutMs, maxDraining, graceMs, shutdownDelayMs } = times;
  const asked = liveness === null ? "off" : `${liveness.failures} · ${liveness.periodMs}ms`;
  return [
    `hotpod: handover ${handover}`,
    `debounce ${debounceMs}ms, starveLimit ${starveLimitMs}ms, build.timeout ${buildTimeoutMs}ms`,
    `ready.timeout ${readyTimeoutMs}ms, probation ${probationMs}ms, rollback ${rollback}`,
    `liveness ${asked}, readiness ${readiness}, crash ${crash.restarts} in ${crash.windowMs}ms`,
    `linger ${lingerMs}ms, drain ${drainTimeoutMs}ms of ${maxDraining}`,
    `grace ${graceMs}ms, shutdown.delay ${shutdownDelayMs}ms`,
  ].join("; ");
}

function clientsText({ clients }: LifeInput): string {
  const { ratePerS, serviceUs, keepAlive, longestPauseUs, looksAtIdle } = clients;
  if (ratePerS === 0) return "";
  const idle = `kept alive ${keepAlive}, pause ${seconds(longestPauseUs)}`;
  return `${ratePerS}/s of ${seconds(serviceUs)}, ${idle}, ${looksAtIdle ? "look" : "do not look"}`;
}

function phaseText({ phase, seed }: LifeInput): string {
  return phase.kind === "sampled" ? `seed ${seed}` : phase.kind;
}

function containerRows(what: string, one: Container): CaseRow[] {
  const name = one.restartPolicy === "Always" ? `sidecar ${one.name}` : `${what} ${one.name}`;
  const { preStop } = one.lifecycle;
  const parts = [
    probeText("liveness", one.livenessProbe),
    probeText("readiness", one.readinessProbe),
    probeText("startup", one.startupProbe),
    preStop?.kind === "sleep" ? `preStop ${preStop.seconds}s` : "",
  ].filter((part) => part !== "");
  return [{ name, value: parts.length === 0 ? "no probes" : parts.join("; ") }];
}

function probeText(name: string, probe: Probe | null): string {
  if (probe === null) return "";
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const more = probe.successThreshold === 1 ? "" : ` SU${probe.successThreshold}`;
  const grace = probe.terminationGracePeriodSeconds;
  const own = grace === null ? "" : ` grace ${grace}s`;
  return `${name} ${probe.handler.kind} D${initialDelaySeconds} P${periodSeconds} T${timeoutSeconds} F${failureThreshold}${more}${own}`;
}

function durationText(of: Distribution): string {
  switch (of.kind) {
    case "const":
      return seconds(of.us);
    case "uniform":
      return `${seconds(of.fromUs)} to ${seconds(of.toUs)}`;
    case "lognormal":
      return `around ${seconds(of.medianUs)}, σ ${of.sigma}`;
    case "quantiles":
      return `p50 ${seconds(of.p50)}, p95 ${seconds(of.p95)}, max ${seconds(of.max)} of ${of.count}`;
    case "empirical":
      return `one of ${of.samplesUs.map(seconds).join(", ")}`;
  }
}

function saveText({ outcome }: Save): string {
  return outcome.kind === "crash"
    ? `crashes ${seconds(outcome.afterUs)} after its start`
    : outcome.kind;
}

function faultText(fault: Fault): string {
  switch (fault.kind) {
    case "outage":
      return `${fault.how} until ${seconds(fault.untilUs)}`;
    case "dependencyDown":
      return `dependency down until ${seconds(fault.untilUs)}`;
    default:
      return fault.kind;
  }
}
