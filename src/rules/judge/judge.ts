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
  const { profile } = project.parameters;
  for (const rule of rules) {
    ask(rule, project, ({ faults, missing }, subjectOf) => {
      evaluated++;
      if (faults.length === 0 && missing.length === 0) return;
      const subject = subjectOf();
      for (const fault of faults) {
        findings.push({
          rule,
          subject,
          fault,
          severity: severityIn(profile, rule, fault.severity),
        });
      }
      if (missing.length > 0) open.push({ rule, subject, missing });
    });
  }
  return { findings, open, evaluated };
}

/** Asks the rules about workloads and containers, of one workload. */
export function judgeWorkload(workload: WorkloadSubject, rules: readonly Rule[]): Judged[] {
  const { profile } = workload.project.parameters;
  const findings: Judged[] = [];
  for (const rule of rules) {
    askWorkload(rule, workload, ({ faults }, subjectOf) => {
      for (const fault of faults) {
        const severity = severityIn(profile, rule, fault.severity);
        findings.push({ rule, subject: subjectOf(), fault, severity });
      }
    });
  }
  return findings;
}

/** Of what applies. Most answers need nobody's name. */
type Take = (outcome: Outcome, subjectOf: () => Subject) => void;

function askWorkload({ judge: judging }: Rule, workload: WorkloadSubject, take: Take): void {
  if (judging.of === "workload") {
    const outcome = judging.judge(workload);
    if (outcome.applies) take(outcome, () => ofWorkload(workload));
  }
  if (judging.of !== "container") return;
  for (const one of workload.containers) {
    const outcome = judging.judge(one);
    if (outcome.applies) take(outcome, () => ofContainer(one));
  }
}

function ask(rule: Rule, project: Project, take: Take): void {
  const { judge: judging } = rule;
  const given = (outcome: Outcome, subjectOf: () => Subject): void => {
    if (outcome.applies) take(outcome, subjectOf);
  };
  switch (judging.of) {
    case "container":
    case "workload":
      for (const workload of project.workloads) askWorkload(rule, workload, take);
      return;
    case "object":
      for (const kind of judging.kinds) {
        for (const one of project.objects(kind)) {
          given(judging.judge(one, project), () => ofObject(one));
        }
      }
      return;
    case "reload": {
      const uses = reloadSubjects(project);
      for (const one of uses) given(judging.judge(one), () => ofReload(one));
      if (judging.others === undefined) return;
      const taken = new Set(uses.map(({ container }) => container));
      for (const one of project.workloads.flatMap(({ containers }) => containers)) {
        if (!taken.has(one)) given(judging.others(one), () => ofContainer(one));
      }
      return;
    }
    case "project":
      given(judging.judge(project), () => OF_PROJECT);
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
