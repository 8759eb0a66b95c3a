import type { Probe, ProbeHandler } from "#model/kube/pod.js";
import {
  endpointKey,
  HOTPOD_PATHS,
  handlerText,
  hotpodProbePort,
  portOf,
  replaceHandler,
} from "#rules/probe/probe-target.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type Figure,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, type TimingValue, timingFigure } from "#rules/subject/figure.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { gradeOutage } from "#simulate/forms/safe-bounds.js";

export const livenessSharesReadinessEndpoint: Rule = {
  id: "HP105",
  name: "liveness-shares-readiness-endpoint",
  severity: "error",
  reason: "A",
  inputs: "W,H?,T?",
  exports: "KVR@",
  fix: "suggest",
  title: 'Liveness asks the endpoint that says "not ready" during a swap.',
  why: "A withdrawal that is planned then looks like a dead service, and the kubelet kills it after failureThreshold failures.",
  when: "Both probes ask the same scheme, port, path and headers (or gRPC service), and a swap withdraws the pod through it; or liveness asks a path of check.readinessPaths. An error if the withdrawal lasts failureThreshold × periodSeconds, nothing below one period less, else a warning.",
  remedy:
    "Give liveness a path of its own, which says only whether the process is alive; hotpod's is /livez.",
  fires: "Both GET /healthz, withdrawn for 40 s, with 3 failures of 10 s each.",
  quiet:
    "GET / on two named ports with different numbers; gRPC services live and ready; the same path, and no withdrawal.",
  peers: "kube-score pod-probes-identical, Kyverno ensure-probes-different",
  judge: { of: "container", judge: judgeLiveness },
};

function judgeLiveness(subject: ContainerSubject): Outcome {
  const liveness = subject.probe("liveness");
  if (!subject.isHot || liveness === null) return NOT_APPLICABLE;
  const { handler } = liveness;
  if (handler.kind !== "httpGet" && handler.kind !== "grpc") {
    return subject.probe("readiness") === null ? NOT_APPLICABLE : PASS;
  }
  const isNamed = isReadinessPath(subject, handler);
  const isSame = isShared(subject, handler);
  if (!isNamed && isSame && subject.isManaged && subject.settings === null) {
    return open("H", "settings that hotpod accepts");
  }
  const withdrawn = subject.timing("withdrawn");
  if (!isNamed && !(isSame && withdraws(subject, handler, withdrawn))) return PASS;
  const grade =
    withdrawn === null ? "possible" : gradeOutage(withdrawn.value * SECOND_US, liveness);
  if (grade === "safe") return PASS;
  const fix = fixOf(subject, liveness);
  return fails({
    severity: grade === "certain" ? "error" : "warning",
    ...(withdrawn === null ? {} : { certainty: grade }),
    at: subject.atProbe("liveness"),
    message: messageOf(liveness, withdrawn, isSame),
    evidence: isSame ? "shared" : "readiness path",
    figures: figuresOf(liveness, withdrawn),
    ...(isSame
      ? { related: [{ source: subject.atProbe("readiness"), message: "Readiness asks the same." }] }
      : {}),
    ...(fix === null ? {} : { fix }),
  });
}

function isReadinessPath(subject: ContainerSubject, handler: ProbeHandler): boolean {
  if (handler.kind !== "httpGet") return false;
  return subject.project.parameters.readinessPaths.includes(handler.path.split("?")[0] ?? "");
}

function isShared(subject: ContainerSubject, liveness: ProbeHandler): boolean {
  const readiness = subject.probe("readiness");
  if (readiness === null) return false;
  const key = endpointKey(subject, liveness);
  return key !== null && key === endpointKey(subject, readiness.handler);
}

/** It was measured, or the endpoint is hotpod's own word for readiness. */
function withdraws(
  subject: ContainerSubject,
  handler: ProbeHandler,
  withdrawn: TimingValue | null,
): boolean {
  if (withdrawn !== null) return withdrawn.value > 0;
  const port = hotpodProbePort(subject);
  const isReadyz = handler.kind === "httpGet" && handler.path === HOTPOD_PATHS.readiness;
  return isReadyz && port !== null && portOf(subject, handler) === port;
}

function messageOf(
  { handler, failureThreshold, periodSeconds }: Probe,
  withdrawn: TimingValue | null,
  isSame: boolean,
): string {
  const asks = `Liveness asks ${handlerText(handler)}, ${isSame ? "as readiness does" : "which says whether the service is ready"}`;
  const kills = `${failureThreshold} failures of ${secondsText(periodSeconds)} each kill`;
  return withdrawn === null
    ? `${asks}: a withdrawal fails both, and ${kills}.`
    : `${asks}: a swap withdraws it for ${secondsText(withdrawn.value)}, and ${kills}.`;
}

function figuresOf(probe: Probe, withdrawn: TimingValue | null): Figure[] {
  return [
    ...(withdrawn === null ? [] : [timingFigure(withdrawn, "s")]),
    { name: "failureThreshold", value: String(probe.failureThreshold), source: "livenessProbe" },
    { name: "periodSeconds", value: secondsText(probe.periodSeconds), source: "livenessProbe" },
  ];
}

function fixOf(subject: ContainerSubject, probe: Probe): Fix | null {
  const port = hotpodProbePort(subject);
  if (port === null) return null;
  const value = { path: HOTPOD_PATHS.liveness, port };
  const own = { kind: "liveness", probe } as const;
  const changes = replaceHandler(subject, own, { name: "httpGet", value });
  return { kind: "suggested", title: `liveness asks hotpod's ${value.path}`, changes };
}
