import type { KubeObject } from "#manifest/workload/kube-object.js";
import { type ReloadSubject, reloadSubjects } from "#rules/reload/reload-subject.js";
import type { Fault, Missing, Outcome } from "#rules/rule/outcome.js";
import type { Rule, Severity } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { Project } from "#rules/subject/project.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** Whom a rule was asked about. */
export interface Subject {
  readonly kind: string;
  /** null: it has none, or is the project itself. */
  readonly namespace: string | null;
  readonly name: string;
  readonly container: string | null;
  /** Where suppressions may stand; null: the project. */
  readonly object: KubeObject | null;
  readonly workload: WorkloadSubject | null;
}

export interface Judged {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly fault: Fault;
  /** After the profile. */
  readonly severity: Severity;
}

export interface OpenRule {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly missing: readonly Missing[];
}

export interface Judgement {
  readonly findings: readonly Judged[];
  readonly open: readonly OpenRule[];
  /** Rules × subjects that applied. */
  readonly evaluated: number;
}

/** Asks every rule about everything it is about. */
export function judge(project: Project, rules: readonly Rule[]): Judgement {
  const findings: Judged[] = [];
  const open: OpenRule[] = [];
  let evaluated = 0;
  const take = (rule: Rule, subject: Subject, outcome: Outcome): void => {
    if (!outcome.applies) return;
    evaluated++;
    for (const fault of outcome.faults) {
      const severity = severityIn(project.parameters.profile, rule, fault.severity);
      findings.push({ rule, subject, fault, severity });
    }
    if (outcome.missing.length > 0) open.push({ rule, subject, missing: outcome.missing });
  };
  for (const rule of rules) ask(rule, project, (subject, outcome) => take(rule, subject, outcome));
  return { findings, open, evaluated };
}

/** Asks the rules about workloads and containers, of one workload. */
export function judgeWorkload(workload: WorkloadSubject, rules: readonly Rule[]): Judged[] {
  const { profile } = workload.project.parameters;
  const findings: Judged[] = [];
  for (const rule of rules) {
    askWorkload(rule, workload, (subject, { faults }) => {
      for (const fault of faults) {
        findings.push({
          rule,
          subject,
          fault,
          severity: severityIn(profile, rule, fault.severity),
        });
      }
    });
  }
  return findings;
}

type Take = (subject: Subject, outcome: Outcome) => void;

function askWorkload({ judge: judging }: Rule, workload: WorkloadSubject, take: Take): void {
  if (judging.of === "workload") take(ofWorkload(workload), judging.judge(workload));
  if (judging.of !== "container") return;
  for (const one of workload.containers) take(ofContainer(one), judging.judge(one));
}

function ask(rule: Rule, project: Project, take: Take): void {
  const { judge: judging } = rule;
  switch (judging.of) {
    case "container":
    case "workload":
      for (const workload of project.workloads) askWorkload(rule, workload, take);
      return;
    case "object":
      for (const kind of judging.kinds) {
        for (const one of project.objects(kind)) take(ofObject(one), judging.judge(one, project));
      }
      return;
    case "reload": {
      const uses = reloadSubjects(project);
      for (const one of uses) take(ofReload(one), judging.judge(one));
      if (judging.others === undefined) return;
      const taken = new Set(uses.map(({ container }) => container));
      for (const one of project.workloads.flatMap(({ containers }) => containers)) {
        if (!taken.has(one)) take(ofContainer(one), judging.others(one));
      }
      return;
    }
    case "project":
      take(OF_PROJECT, judging.judge(project));
  }
}

export const OF_PROJECT: Subject = {
  kind: "Project",
  namespace: null,
  name: "",
  container: null,
  object: null,
  workload: null,
};

export function ofWorkload(subject: WorkloadSubject): Subject {
  const { kind, namespace, name } = subject.workload;
  return { kind, namespace, name, container: null, object: subject.object, workload: subject };
}

export function ofContainer(subject: ContainerSubject): Subject {
  return { ...ofWorkload(subject.workload), container: subject.name };
}

/** A file alone has no namespace, and suppressions stand in it. */
export function ofReload({ container, use }: ReloadSubject): Subject {
  if (container !== null) return ofContainer(container);
  return { ...OF_PROJECT, kind: "File", name: use.config?.file ?? "" };
}

export function ofObject(object: KubeObject): Subject {
  const { kind, namespace, name } = object;
  return {
    kind,
    namespace: namespace ?? "default",
    name,
    container: null,
    object,
    workload: null,
  };
}

const LESS: Readonly<Record<Severity, Severity>> = {
  error: "warning",
  warning: "info",
  info: "info",
};

export function severityIn(profile: "dev" | "prod", rule: Rule, severity: Severity): Severity {
  return profile === "dev" && rule.lessInDev === true ? LESS[severity] : severity;
}
