import { once } from "#base/once.js";
import { goModOf } from "#rules/go/go-project.js";
import {
  type Judged,
  OF_PROJECT,
  ofContainer,
  ofObject,
  ofReload,
  ofWorkload,
  type Subject,
  severityIn,
} from "#rules/judge/judge.js";
import { reloadSubjects } from "#rules/reload/reload-subject.js";
import type { Missing, Outcome } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Earned } from "#rules/score/groups/answer.js";
import { NO_DOCKERFILE } from "#rules/score/groups/image-groups.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { concernedObjects } from "./concerned-objects.js";

/** What one rule says of one workload, all its containers together. */
export interface RuleVerdict {
  /** The worst counts. */
  readonly share: Earned;
  /** Without those that are said to be none. */
  readonly findings: readonly Judged[];
  readonly missing: readonly Missing[];
}

export interface WorkloadVerdicts {
  /** null: there is no such rule. */
  of(rule: string): RuleVerdict | null;
  readonly all: readonly RuleVerdict[];
}

/** Every rule about one workload and what belongs to it. `isFalse`: somebody's word that a finding is none. */
export function workloadVerdicts(
  workload: WorkloadSubject,
  rules: readonly Rule[],
  isFalse: (finding: Judged) => boolean,
): WorkloadVerdicts {
  const view = once(() => ownView(workload));
  const { profile } = workload.project.parameters;
  const byId = new Map(
    rules.map((rule) => {
      const outcomes = outcomesOf(rule, workload, view);
      const findings = outcomes.flatMap(([subject, { faults }]) =>
        faults.map((fault): Judged => {
          return { rule, subject, fault, severity: severityIn(profile, rule, fault.severity) };
        }),
      );
      const counted = findings.filter((one) => !isFalse(one));
      return [
        rule.id,
        verdictOf(
          outcomes.map(([, one]) => one),
          counted,
        ),
      ] as const;
    }),
  );
  return { of: (rule) => byId.get(rule) ?? null, all: [...byId.values()] };
}

function verdictOf(outcomes: readonly Outcome[], findings: readonly Judged[]): RuleVerdict {
  const missing = outcomes.flatMap((one) => one.missing);
  const share = ((): Earned => {
    if (!outcomes.some(({ applies }) => applies)) return "absent";
    if (findings.some(({ severity }) => severity !== "info")) return 0;
    // What is missing may be worse than a remark.
    if (missing.length > 0) return "unknown";
    return findings.length > 0 ? 0.5 : 1;
  })();
  return { share, findings, missing };
}

type SubjectOutcome = readonly [Subject, Outcome];

function outcomesOf(
  { judge, inputs }: Rule,
  workload: WorkloadSubject,
  view: () => WorkloadSubject["project"],
): readonly SubjectOutcome[] {
  switch (judge.of) {
    case "workload":
      return [[ofWorkload(workload), judge.judge(workload)]];
    case "container":
      return workload.containers.map((one) => [ofContainer(one), judge.judge(one)]);
    case "reload": {
      const uses = reloadSubjects(view());
      const taken = new Set(uses.map(({ container }) => container));
      const { others } = judge;
      return [
        ...uses.map((one): SubjectOutcome => [ofReload(one), judge.judge(one)]),
        ...workload.containers.flatMap((one): SubjectOutcome[] =>
          others === undefined || taken.has(one) ? [] : [[ofContainer(one), others(one)]],
        ),
      ];
    }
    case "object":
      return judge.kinds.flatMap((kind) =>
        concernedObjects(workload, kind).map(
          (object): SubjectOutcome => [ofObject(object), judge.judge(object, workload.project)],
        ),
      );
    case "project": {
      const outcome = judge.judge(view());
      // Without its Dockerfile nothing is known of an image, which is not the same as that there is none.
      const blind = !outcome.applies && inputs.startsWith("D") && view().dockerfiles.length === 0;
      if (!blind) return [[OF_PROJECT, outcome]];
      return [[OF_PROJECT, { applies: true, faults: [], missing: [NO_DOCKERFILE] }]];
    }
  }
}

/** The project as if there were nothing but this workload, and the files that belong to it. */
function ownView(workload: WorkloadSubject): WorkloadSubject["project"] {
  const { project, running } = workload;
  const files = new Set(running.map(({ image }) => image?.file));
  const mod = goModOf(workload);
  const alone = project.workloads.length === 1;
  return {
    ...project,
    workloads: [workload],
    dockerfiles: project.dockerfiles.filter(({ file }) => files.has(file)),
    goMods: mod === null ? [] : [mod],
    // A file that is tied to nobody speaks for a workload only when there is one.
    reloadConfigs: alone ? project.reloadConfigs : [],
  };
}
