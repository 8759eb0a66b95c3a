import type { ProbeKind } from "#model/kube/pod.js";
import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const timeoutExceedsPeriod: Rule = {
  id: "HP206",
  name: "timeout-exceeds-period",
  severity: "info",
  reason: "O",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "The probe timeout is longer than its period.",
  why: "While an attempt hangs the next ones are dropped, so the period becomes as long as the attempt and verdicts come later than the numbers suggest. A longer timeout covers no rebuild: it bounds one attempt.",
  when: "timeoutSeconds is larger than periodSeconds, on any probe of any container.",
  remedy: "Make the period as long as the timeout, or the timeout as short as the period.",
  fires: "period 1, timeout 5.",
  quiet: "a timeout that equals the period.",
  peers: "kubectl-probes timeout-exceeds-period",
  judge: { of: "container", judge: judgeTimeouts },
};

const KINDS: readonly ProbeKind[] = ["startup", "liveness", "readiness"];

function judgeTimeouts(subject: ContainerSubject): Outcome {
  return together(KINDS.map((kind) => judgeProbe(subject, kind)));
}

/** The verdict may come this much later for the fix to be a mere tidying. */
const MOST = 1.2;

function judgeProbe(subject: ContainerSubject, kind: ProbeKind): Outcome {
  const probe = subject.probe(kind);
  if (subject.isInit || probe === null) return NOT_APPLICABLE;
  const { periodSeconds, timeoutSeconds, failureThreshold } = probe;
  if (timeoutSeconds <= periodSeconds) return PASS;
  const fits = failureThreshold * timeoutSeconds <= MOST * failureThreshold * periodSeconds;
  return fails({
    severity: "info",
    at: subject.atProbe(kind, "timeoutSeconds"),
    message: `The ${kind} probe waits ${timeoutSeconds} s for an answer and is due every ${periodSeconds} s, so hanging attempts stretch its period.`,
    figures: [
      { name: "timeoutSeconds", value: String(timeoutSeconds), source: `${kind}Probe` },
      { name: "periodSeconds", value: String(periodSeconds), source: `${kind}Probe` },
    ],
    evidence: kind,
    ...(fits
      ? {
          fix: suggestedFix(
            `periodSeconds of the ${kind}Probe: ${timeoutSeconds}`,
            setInContainer(subject, [`${kind}Probe`, "periodSeconds"], timeoutSeconds),
          ),
        }
      : {
          remedy: `Either periodSeconds: ${timeoutSeconds}, and a verdict up to ${failureThreshold * timeoutSeconds} s late, or timeoutSeconds: ${periodSeconds}.`,
        }),
  });
}
