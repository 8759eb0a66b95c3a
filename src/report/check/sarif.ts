import {
  type CheckEdit,
  type CheckFinding,
  type CheckPlace,
  type CheckReport,
  type Grade,
  type OpenEntry,
  type RuleEntry,
  subjectText,
} from "./check-report.js";

const LEVELS: Readonly<Record<Grade, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** SARIF 2.1.0, one run. Source: OASIS, Static Analysis Results Interchange Format 2.1.0. `version`: of hotpod. */
export function sarif(report: CheckReport, version: string): string {
  const indexes = new Map(report.rules.map(({ id }, index) => [id, index]));
  const index = (rule: string): { ruleIndex: number } | object =>
    indexes.has(rule) ? { ruleIndex: indexes.get(rule) } : {};
  const run = {
    tool: {
      driver: {
        name: "hotpod",
        semanticVersion: version,
        properties: { ruleset: report.ruleset },
        rules: report.rules.map(descriptor),
      },
    },
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: report.problems.length === 0,
        toolExecutionNotifications: report.problems.map(({ where, what, hint }) => ({
          level: "error",
          message: { text: `${where}: ${what}. ${hint}` },
        })),
      },
    ],
    results: [
      ...report.findings.map((one) => ({ ...result(one), ...index(one.rule) })),
      ...report.open.map((one) => ({ ...openResult(one), ...index(one.rule) })),
    ],
  };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [run],
  };
  return JSON.stringify(log, null, 2);
}

function descriptor(rule: RuleEntry): object {
  return {
    id: rule.id,
    name: pascal(rule.name),
    shortDescription: { text: rule.title },
    fullDescription: { text: `${rule.title} ${rule.why}` },
    help: { text: `${rule.when}\n\n${rule.remedy}` },
    defaultConfiguration: { level: LEVELS[rule.grade] },
    properties: { inputs: rule.inputs, reason: rule.reason, exports: rule.exports },
  };
}

function result(finding: CheckFinding): object {
  const { rule, grade, message, place, related, formula, fix, suppressed, subject } = finding;
  return {
    ruleId: rule,
    kind: "fail",
    level: LEVELS[grade],
    message: { text: message },
    locations: [location(place, subjectText(subject))],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((one, id) => ({
            id,
            ...physical(one.place),
            message: { text: one.message },
          })),
        }),
    partialFingerprints: { "hotpod/v1": finding.fingerprint },
    ...(fix === null || fix.edits.length === 0
      ? {}
      : { fixes: [{ description: { text: fix.title }, artifactChanges: changes(fix.edits) }] }),
    ...(suppressed === null
      ? {}
      : {
          suppressions: [
            {
              kind:
                suppressed.by === "comment" || suppressed.by === "annotation"
                  ? "inSource"
                  : "external",
              justification: suppressed.justification,
            },
          ],
        }),
    properties: {
      ...(finding.certainty === null ? {} : { certainty: finding.certainty }),
      ...(fix === null ? {} : { fix: fix.kind }),
      formula,
      remedy: finding.remedy,
    },
  };
}

function openResult({ rule, subject, missing }: OpenEntry): object {
  const say = missing.map((one) => one.say).join("; ");
  return {
    ruleId: rule,
    kind: "open",
    level: "none",
    message: { text: `Not judged for want of an input: ${say}.` },
    locations: [location(null, subjectText(subject))],
    properties: { missing },
  };
}

function location(place: CheckPlace | null, subject: string): object {
  return {
    ...(place === null ? {} : physical(place)),
    logicalLocations: [{ fullyQualifiedName: subject }],
  };
}

function physical({ file, line, column, endLine, endColumn, text }: CheckPlace): object {
  const atLeast = endLine === line ? Math.max(endColumn, column) : endColumn;
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(file) },
      region: {
        startLine: line,
        startColumn: column,
        endLine,
        endColumn: atLeast,
        ...(text === "" || endLine !== line ? {} : { snippet: { text } }),
      },
    },
  };
}

function changes(edits: readonly CheckEdit[]): object[] {
  const files = [...new Set(edits.map(({ file }) => file))];
  return files.map((file) => ({
    artifactLocation: { uri: uri(file) },
    replacements: edits
      .filter((edit) => edit.file === file)
      .map((edit) => ({
        deletedRegion: {
          startLine: edit.startLine,
          startColumn: edit.startColumn,
          endLine: edit.endLine,
          endColumn: edit.endColumn,
        },
        insertedContent: { text: edit.newText },
      })),
  }));
}

/** A relative path as a URI reference; `-` is standard input. */
function uri(file: string): string {
  const path = file === "-" ? "stdin" : file.replace(/^\.\//, "");
  return path.split("/").map(encodeURIComponent).join("/");
}

const pascal = (name: string): string =>
  name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
