import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const oneStrikeLiveness: Rule = {
  id: "HP210",
  name: "one-strike-liveness",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR",
  fix: "safe",
  title: "One failed probe kills the container.",
  why: "With a threshold of 1 any swap gap or garbage collection pause is fatal. With 2, a failure left over from a container that crashed by itself makes the next one fatal: only kills by a probe clear the count.",
  when: "failureThreshold of the livenessProbe is 1; or 2 in a container whose program is replaced while it runs (info).",
  remedy: "Set failureThreshold to 3.",
  fires: "failureThreshold: 1",
  quiet: "readiness with 1; startup with 1 and a long delay.",
  judge: { of: "container", judge: judgeThreshold },
};

const ENOUGH = 3;

function judgeThreshold(subject: ContainerSubject): Outcome {
  const probe = subject.probe("liveness");
  if (subject.isInit || probe === null) return NOT_APPLICABLE;
  const { failureThreshold } = probe;
  if (failureThreshold >= ENOUGH || (failureThreshold === 2 && !subject.isHot)) return PASS;
  return fails({
    severity: failureThreshold === 1 ? "warning" : "info",
    at: subject.atProbe("liveness", "failureThreshold"),
    message:
      failureThreshold === 1
        ? "A single failed liveness probe kills the container."
        : "Two failed liveness probes kill the container, and one may be left over from a crash.",
    figures: [
      {
        name: "failureThreshold",
        value: String(failureThreshold),
        source: "livenessProbe",
      },
    ],
    fix: {
      kind: "safe",
      title: `failureThreshold: ${ENOUGH}`,
      changes: [
        {
          kind: "set",
          document: subject.workload.object.document,
          path: [...subject.path, "livenessProbe", "failureThreshold"],
          value: ENOUGH,
        },
      ],
    },
  });
}
