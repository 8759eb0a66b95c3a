import type { Change, Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { effectiveSecurity } from "./security-context.js";

export const privilegeForReload: Rule = {
  id: "HP1104",
  name: "privilege-for-reload",
  severity: "error",
  reason: "X",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "The pod gets host or ptrace rights only so that one container can signal another.",
  why: "hostPID and privileged open the whole node to code that is replaced while it runs. A signal to a process of the same user needs no right at all.",
  when: "A pod with a hot container has hostPID, or one of its containers is privileged or adds SYS_PTRACE or KILL.",
  remedy:
    "Put a supervisor into the same container; or shareProcessNamespace with the same user in both, which needs no capability.",
  fires: "A privileged reloader sidecar.",
  quiet: "shareProcessNamespace and the same runAsUser.",
  peers: "kube-linter host-pid, privileged-container",
  judge: { of: "workload", judge: judgePod },
};

function judgePod(workload: WorkloadSubject): Outcome {
  if (!workload.running.some(({ isHot }) => isHot)) return NOT_APPLICABLE;
  const faults = workload.running.flatMap((one) => judgeContainer(one));
  if (workload.rawSpec.hostPID === true) faults.unshift(hostPid(workload));
  return faults.length === 0 ? PASS : fails(...faults);
}

function hostPid(workload: WorkloadSubject): Fault {
  return {
    severity: "error",
    at: workload.inSpec("hostPID"),
    message: "The hot pod shares the node's process namespace (hostPID).",
    evidence: "hostPID",
    fix: {
      kind: "suggested",
      title: "no hostPID; a process namespace of its own is shared where it is needed",
      changes: [
        ...sharedNamespace(workload),
        {
          kind: "remove",
          document: workload.object.document,
          path: [...workload.templatePath, "spec", "hostPID"],
        },
      ],
    },
  };
}

function judgeContainer(subject: ContainerSubject): Fault[] {
  const { privileged, added } = effectiveSecurity(subject);
  const capability = ["SYS_PTRACE", "KILL"].find((name) => added.includes(name));
  if (privileged) {
    const fix = without(subject, [...subject.path, "securityContext", "privileged"]);
    return [
      {
        severity: "error",
        at: subject.at("securityContext", "privileged"),
        message: `The ${subject.title} of a hot pod is privileged.`,
        evidence: `${subject.name} privileged`,
        fix,
      },
    ];
  }
  if (capability === undefined) return [];
  const index = added.indexOf(capability);
  const path = ["securityContext", "capabilities", "add", index] as const;
  return [
    {
      severity: "error",
      at: subject.at(...path),
      message: `The ${subject.title} of a hot pod adds the capability ${capability}.`,
      evidence: `${subject.name} ${capability}`,
      fix: without(subject, [...subject.path, ...path]),
    },
  ];
}

function without(subject: ContainerSubject, path: readonly (string | number)[]): Fix {
  const { document } = subject.workload.object;
  return {
    kind: "suggested",
    title: "shareProcessNamespace and the same user need no such right",
    changes: [...sharedNamespace(subject.workload), { kind: "remove", document, path }],
  };
}

/** Only where there is another container to be signalled. */
function sharedNamespace(workload: WorkloadSubject): readonly Change[] {
  const { spec } = workload.workload.template;
  if (workload.running.length < 2 || spec.shareProcessNamespace) return [];
  const path = [...workload.templatePath, "spec", "shareProcessNamespace"];
  return [{ kind: "set", document: workload.object.document, path, value: true }];
}
