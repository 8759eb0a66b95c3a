import { QUESTIONS, type Question } from "#gate/questions.js";
import type { GateAnswer, GatePlace, GateReport } from "#model/gate-report.js";
import type {
  CheckFinding,
  CheckPlace,
  CheckReport,
  CheckSubject,
  OpenEntry,
  RuleEntry,
} from "#report/check/check-report.js";

/** The gate's answers in the form that SARIF, JUnit and GitHub's annotations are made of. What is open fails, so it is a finding. */
export function asCheckReport({ binary, answers }: GateReport): CheckReport {
  const subject = { kind: "Program", namespace: null, name: binary.file, container: null };
  const findings = answers.flatMap((one) => finding(one, subject));
  return {
    ...{ ruleset: 1, profile: "prod", files: 1, workloads: 1, findings, problems: [] },
    open: [] satisfies OpenEntry[],
    rules: Object.entries(QUESTIONS).map(([id, question]) => ruleEntry(id, question)),
  };
}

const nameOf = (id: string): string => `gate/${id}`;

function finding(answer: GateAnswer, subject: CheckSubject): CheckFinding[] {
  const { id, outcome, grade, message, compared, remedy, place } = answer;
  if (outcome === "same" || outcome === "told") return [];
  return [
    {
      ...{ rule: nameOf(id), name: id, grade: grade ?? "error", certainty: "certain" },
      ...{ subject, message, place: place === null ? null : lineOf(place), related: [] },
      ...{ formula: compared.map(({ name, value, from }) => ({ name, value, source: from })) },
      ...{ fix: null, remedy: remedy ?? "", suppressed: null },
      fingerprint: `${id} ${subject.name} ${place === null ? "" : `${place.file}:${place.line}`}`,
    },
  ];
}

const lineOf = ({ file, line }: GatePlace): CheckPlace => ({
  ...{ file, line, column: 1, endLine: line, endColumn: 1, text: "" },
});

function ruleEntry(id: string, { question, why, by }: Question): RuleEntry {
  return {
    ...{ id: nameOf(id), name: id, grade: "error", reason: "V", lessInDev: false, inputs: "B" },
    ...{ exports: "none", fix: "none", title: question, why, when: `Compared: ${by}` },
    ...{ remedy: "What to do stands with each finding.", fires: "", quiet: "", peers: null },
  };
}
