import type { ProbeHandler } from "#model/kube/pod.js";
import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { numericPort } from "#rules/pod/ports.js";
import { probeNumbers } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";
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
  why: "An endpoint that answers 503 while it drains or updates is right for readiness. Asked by liveness, the same answer turns a planned pause into a kill.",
  when: "Both probes ask the same endpoint, which is withdrawn during an update (readiness: hold, or hotpod's /readyz), or liveness asks a path that is known for readiness. An error when the withdrawal lasts for failureThreshold periods.",
  remedy: "Give liveness a path of its own; under hotpod, /livez.",
  fires: "both GET /healthz, withdrawn for 40 s, liveness 10 s × 3.",
  quiet: "the same path on ports with different numbers; no withdrawal planned.",
  peers: "kube-score pod-probes-identical, Kyverno ensure-probes-different",
  judge: { of: "container", judge: judgeEndpoints },
};

function judgeEndpoints(subject: ContainerSubject): Outcome {
  const [liveness, readiness] = [subject.probe("liveness"), subject.probe("readiness")];
  if (!subject.isHot || liveness === null) return NOT_APPLICABLE;
  const live = endpoint(subject, liveness.handler);
  const ready = readiness === null ? null : endpoint(subject, readiness.handler);
  const own = subject.settings?.probesListen?.port ?? null;
  const handler = liveness.handler;
  const onReadyz =
    own !== null &&
    handler.kind === "httpGet" &&
    numericPort(subject, handler.port) === own &&
    pathOf(handler.path) === "/readyz";
  const same = live !== null && live === ready;
  const hold = subject.settings?.policy.readiness === "hold";
  const named =
    handler.kind === "httpGet" &&
    subject.project.parameters.readinessPaths.includes(pathOf(handler.path));
  if (!onReadyz && !(same && hold) && !named) return PASS;
  const withdrawn = subject.timing("withdrawn");
  const grade =
    withdrawn === null ? "possible" : gradeOutage(withdrawn.value * SECOND_US, liveness);
  if (grade === "safe") return PASS;
  const fixable = own !== null && onReadyz;
  const howLong = withdrawn === null ? "" : ` for ${secondsText(withdrawn.value)}`;
  return fails({
    severity: grade === "certain" ? "error" : "warning",
    certainty: grade,
    at: subject.atProbe("liveness", handler.kind),
    message: `Liveness asks what answers "not ready"${howLong} during an update, and ${liveness.failureThreshold} such answers kill.`,
    figures: [
      ...(withdrawn === null ? [] : [timingFigure(withdrawn, "s")]),
      { name: "livenessProbe", value: probeNumbers(liveness), source: "the manifest" },
    ],
    ...(fixable
      ? {
          fix: suggestedFix(
            "livenessProbe on /livez",
            setInContainer(subject, ["livenessProbe", "httpGet", "path"], "/livez"),
          ),
        }
      : {}),
  });
}

const pathOf = (path: string): string => path.split("?", 1)[0] ?? "";

/** Two handlers that ask the same have the same text. null: a command, or a port that is not known. */
function endpoint(subject: ContainerSubject, handler: ProbeHandler): string | null {
  if (handler.kind === "exec") return null;
  const port = numericPort(subject, handler.port);
  if (port === null) return null;
  if (handler.kind === "grpc") return JSON.stringify(["grpc", port, handler.service]);
  if (handler.kind === "tcpSocket") return JSON.stringify(["tcp", port]);
  const { scheme, path, httpHeaders } = handler;
  return JSON.stringify([scheme, port, path, httpHeaders]);
}
