import { safeFix } from "#rules/fix/set-field.js";
import { preStopSeconds } from "#rules/pod/pre-stop.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText } from "#rules/subject/figure.js";

export const graceNotTold: Rule = {
  id: "HP1301",
  name: "grace-not-told",
  severity: "error",
  reason: "L",
  inputs: "W,H",
  exports: "KVR",
  fix: "safe",
  title: "hotpod plans its stop with another grace period than the pod's.",
  why: "A container cannot see terminationGracePeriodSeconds, so hotpod takes HOTPOD_GRACE, else 30 s, and kills what is left one second before its end. If it believes in more time than there is, the kubelet kills first, with requests under way.",
  when: "hotpod's grace is longer than terminationGracePeriodSeconds less the preStop hook (error), or more than 5 s shorter, or drain.timeout does not fit into it (warning).",
  remedy: "Set HOTPOD_GRACE to terminationGracePeriodSeconds less the preStop time.",
  fires:
    "terminationGracePeriodSeconds 20 and nothing set; 30 with a preStop of 10 s and nothing set.",
  quiet: "terminationGracePeriodSeconds 30 and nothing set; drain.timeout 25 s within 30 s.",
  judge: { of: "container", judge: judgeGrace },
};

const SLACK = 5;

function judgeGrace(subject: ContainerSubject): Outcome {
  const { settings } = subject;
  if (!subject.isManaged || settings === null) return NOT_APPLICABLE;
  const preStop = preStopSeconds(subject);
  if (preStop === null)
    return open("T", "how long the preStop hook takes: a `sleep` action says it");
  const pod = subject.workload.workload.template.spec.terminationGracePeriodSeconds;
  const room = pod - preStop;
  const grace = settings.policy.graceMs / 1_000;
  const drain = settings.policy.drainTimeoutMs / 1_000;
  const figures = [
    {
      name: "grace",
      value: secondsText(grace),
      source: subject.setting("grace")?.origin ?? "default",
    },
    { name: "terminationGracePeriodSeconds", value: `${pod} s`, source: "the pod" },
    { name: "preStop", value: secondsText(preStop), source: "lifecycle.preStop" },
  ];
  const fault = (severity: Fault["severity"], message: string, evidence: string): Fault => {
    const fix = evidence === "drain" ? null : tell(subject, room);
    return {
      severity,
      at: subject.workload.inSpec("terminationGracePeriodSeconds"),
      message,
      figures,
      evidence,
      ...(fix === null ? {} : { fix }),
    };
  };
  if (grace > room) {
    const message = `The pod leaves ${secondsText(room)} for the stop, and hotpod plans with ${secondsText(grace)}: the kubelet kills first.`;
    return fails(fault("error", message, "longer"));
  }
  if (grace < room - SLACK) {
    const message = `The pod leaves ${secondsText(room)} for the stop, and hotpod kills what is left after ${secondsText(grace - 1)}.`;
    return fails(fault("warning", message, "shorter"));
  }
  if (drain + 1 <= grace) return PASS;
  const message = `A drain may take ${secondsText(drain)}, and at the pod's end it is cut after ${secondsText(grace - 1)}.`;
  return fails(fault("warning", message, "drain"));
}

/** The variable is set where it stands, or added; a flag of the command would win over it. */
function tell(subject: ContainerSubject, room: number): Fix | null {
  if (room < 1 || subject.setting("grace")?.origin.startsWith("--")) return null;
  const { document } = subject.workload.object;
  const index = subject.container.env.findIndex(({ name }) => name === "HOTPOD_GRACE");
  const value = `${Math.floor(room)}s`;
  const title = `HOTPOD_GRACE: ${value}`;
  if (index < 0) {
    const entry = { name: "HOTPOD_GRACE", value };
    return safeFix(title, {
      kind: "append",
      document,
      path: [...subject.path, "env"],
      value: entry,
    });
  }
  if (subject.container.env[index]?.value === null) return null;
  return safeFix(title, {
    kind: "set",
    document,
    path: [...subject.path, "env", index, "value"],
    value,
  });
}
