import { safeFix } from "#rules/fix/set-field.js";
import { programIn } from "#rules/image/program-in-container.js";
import { sleepOf } from "#rules/pod/pre-stop.js";
import { type Fault, fails, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const hookCannotRun: Rule = {
  id: "HP408",
  name: "hook-cannot-run",
  severity: "error",
  reason: "L",
  inputs: "W,(I|D)",
  exports: "none",
  fix: "safe",
  title: "The preStop or postStart command is not in the image.",
  why: "A preStop hook that fails is ignored, so the delay it was for does not exist; a postStart hook that fails kills the container.",
  when: "A hook runs a program that the image of its Dockerfile cannot have, or preStop is a tcpSocket hook, which always fails. What a folder that is copied, a package or a volume holds is not known, so it is open.",
  remedy: "A sleep action needs no program: preStop: sleep: seconds: N, from Kubernetes 1.30 on.",
  fires: 'preStop exec ["sleep", "5"] on scratch.',
  quiet: "a base with busybox; the sleep action.",
  judge: { of: "container", judge: judgeHooks },
};

const SLEEP_ACTION_MINOR = 30;

function judgeHooks(subject: ContainerSubject): Outcome {
  const { container } = subject;
  const { preStop } = container.lifecycle;
  const faults: Fault[] = [];
  const outcomes: Outcome[] = [];
  if (preStop?.kind === "tcpSocket") {
    faults.push({
      severity: "error",
      at: subject.at("lifecycle", "preStop", "tcpSocket"),
      message: "A tcpSocket hook is never carried out, so the stop does not wait.",
      evidence: "tcp",
    });
  }
  for (const name of ["postStart", "preStop"] as const) {
    const hook = container.lifecycle[name];
    if (hook?.kind !== "exec" || subject.isInit) continue;
    const [program = ""] = hook.command;
    const known = programIn(subject, program);
    if (known === null) faults.push({ ...missing(subject, name, program), evidence: name });
    else outcomes.push(known);
  }
  if (faults.length > 0) outcomes.push(fails(...faults));
  const hooked = preStop !== null || container.lifecycle.postStart !== null;
  return together(hooked ? [PASS, ...outcomes] : outcomes);
}

function missing(subject: ContainerSubject, name: "postStart" | "preStop", program: string): Fault {
  const { minor } = subject.project.parameters;
  const hook = subject.container.lifecycle[name];
  const seconds = hook?.kind === "exec" ? sleepOf(hook.command) : null;
  const fixable = name === "preStop" && seconds !== null && (minor ?? 0) >= SLEEP_ACTION_MINOR;
  const { document } = subject.workload.object;
  const path = [...subject.path, "lifecycle", "preStop"];
  return {
    severity: "error",
    at: subject.at("lifecycle", name, "exec", "command"),
    message: `The image has no ${program}, so the ${name} hook always fails.`,
    ...(fixable
      ? {
          fix: safeFix(
            `preStop sleep action of ${seconds} s`,
            { kind: "set", document, path: [...path, "sleep"], value: { seconds } },
            { kind: "remove", document, path: [...path, "exec"] },
          ),
        }
      : {}),
  };
}
