import type { JsonValue } from "#manifest/edit/yaml-text.js";
import { mountOf } from "#rules/pod/mounts.js";
import type { Change, Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { type EffectiveSecurity, effectiveSecurity } from "./security-context.js";

export const securityContextWeak: Rule = {
  id: "HP1103",
  name: "security-context-weak",
  severity: "warning",
  reason: "X",
  inputs: "W",
  exports: "KVR",
  fix: "safe",
  title: "The pod security settings needed for running hot code are missing.",
  why: "Code that is replaced while it runs was not in the image that was scanned. What it may do beyond its task is what an intruder may do.",
  when: "A hot container without one of runAsNonRoot, allowPrivilegeEscalation: false, capabilities.drop: [ALL], the seccomp profile RuntimeDefault and readOnlyRootFilesystem, its own or the pod's.",
  remedy:
    "Set them. runAsNonRoot needs an image whose user is not root; readOnlyRootFilesystem needs a volume for the hot folder and for everything else that is written.",
  fires: "An empty securityContext.",
  quiet:
    "All of it, where some is set for the whole pod, and NET_BIND_SERVICE is added for port 80.",
  peers:
    "kube-linter run-as-non-root, privilege-escalation-container; Polaris runAsRootAllowed, privilegeEscalationAllowed; kube-score container-security-context-*",
  judge: { of: "container", judge: judgeContext },
};

interface Wanted {
  readonly name: string;
  readonly isSet: (security: EffectiveSecurity) => boolean;
}

const HARMLESS: readonly Wanted[] = [
  { name: "allowPrivilegeEscalation: false", isSet: (one) => one.noEscalation },
  { name: "capabilities.drop: [ALL]", isSet: (one) => one.dropsAll },
  { name: "seccompProfile RuntimeDefault", isSet: (one) => one.seccomp },
];
const FOR_A_PERSON: readonly Wanted[] = [
  { name: "runAsNonRoot: true", isSet: (one) => one.runAsNonRoot },
  { name: "readOnlyRootFilesystem: true", isSet: (one) => one.readOnlyRoot },
];

function judgeContext(subject: ContainerSubject): Outcome {
  if (!subject.isHot || fieldsOf(subject.workload.rawSpec.os).name === "windows") {
    return NOT_APPLICABLE;
  }
  const security = effectiveSecurity(subject);
  const missing = [...HARMLESS, ...FOR_A_PERSON].filter(({ isSet }) => !isSet(security));
  if (missing.length === 0) return PASS;
  const names = missing.map(({ name }) => name);
  const fix = fixFor(subject, security);
  return fails({
    severity: "warning",
    at: subject.at("securityContext"),
    message: `The ${subject.title} runs hot code without ${names.join(", ")}.`,
    evidence: names.join(", "),
    ...(fix === null ? {} : { fix }),
  });
}

/** The harmless ones first; the others are shown once those are there. */
function fixFor(subject: ContainerSubject, security: EffectiveSecurity): Fix | null {
  const set = (value: JsonValue, ...path: string[]): Change => ({
    kind: "set",
    document: subject.workload.object.document,
    path: [...subject.path, "securityContext", ...path],
    value,
  });
  const safe: Change[] = [];
  // The API server refuses it beside privileged and CAP_SYS_ADMIN.
  const mayEscalate = security.privileged || security.added.includes("SYS_ADMIN");
  if (!security.noEscalation && !mayEscalate) safe.push(set(false, "allowPrivilegeEscalation"));
  if (!security.dropsAll) {
    safe.push(set(["ALL"], "capabilities", "drop"));
    const own = fieldsOf(fieldsOf(subject.raw.securityContext).capabilities).add;
    const added = Array.isArray(own) ? (own as string[]) : [];
    if (bindsLowPort(subject) && !security.added.includes("NET_BIND_SERVICE")) {
      safe.push(set([...added, "NET_BIND_SERVICE"], "capabilities", "add"));
    }
  }
  if (!security.seccomp) safe.push(set({ type: "RuntimeDefault" }, "seccompProfile"));
  if (safe.length > 0) {
    return { kind: "safe", title: "what a service never needs is taken away", changes: safe };
  }
  const suggested: Change[] = [];
  if (!security.runAsNonRoot && security.runAsUser !== 0) suggested.push(set(true, "runAsNonRoot"));
  if (!security.readOnlyRoot && hotPathsAreMounted(subject)) {
    suggested.push(set(true, "readOnlyRootFilesystem"));
  }
  if (suggested.length === 0) return null;
  return {
    kind: "suggested",
    title: "no root, and a read-only root file system",
    changes: suggested,
  };
}

const bindsLowPort = ({ container }: ContainerSubject): boolean =>
  container.ports.some(({ containerPort }) => containerPort < 1024);

/** Else a read-only root file system would end the updates. */
function hotPathsAreMounted(subject: ContainerSubject): boolean {
  const { files, unknown } = subject.hotPaths;
  return unknown.length === 0 && files.every(({ path }) => mountOf(subject, path) !== null);
}
