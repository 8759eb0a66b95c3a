import { type CheckFinding, type CheckReport, subjectText } from "./check-report.js";

/** One test case a rule and subject that has a finding or is open; what passed is counted by its absence. */
export function junit(report: CheckReport, suite = "hotpod check"): string {
  const failures = report.findings.filter(({ suppressed }) => suppressed === null);
  const aside = report.findings.filter(({ suppressed }) => suppressed !== null);
  const total = report.findings.length + report.open.length + report.problems.length;
  const skipped = aside.length + report.open.length;
  const cases = [
    ...failures.map((one) => testCase(one, failure(one))),
    ...aside.map((one) => testCase(one, skip(`set aside by ${one.suppressed?.by}`))),
    ...report.open.map(({ rule, name, subject, missing }) =>
      caseText(rule, name, subjectText(subject), skip(missing.map(({ say }) => say).join("; "))),
    ),
    ...report.problems.map(({ where, what, hint }) =>
      caseText("input", "unread", where, `<error message="${xml(what)}">${xml(hint)}</error>`),
    ),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="${suite}" tests="${total}" failures="${failures.length}" errors="${report.problems.length}" skipped="${skipped}">`,
    ...cases,
    "</testsuite></testsuites>",
  ].join("\n");
}

function testCase({ rule, name, subject }: CheckFinding, inside: string): string {
  return caseText(rule, name, subjectText(subject), inside);
}

function caseText(rule: string, name: string, subject: string, inside: string): string {
  return `<testcase classname="${xml(`${rule} ${name}`)}" name="${xml(subject)}">${inside}</testcase>`;
}

function failure({ grade, message, place, fix, remedy }: CheckFinding): string {
  const where = place === null ? "" : `${place.file}:${place.line}:${place.column}\n`;
  return `<failure type="${grade}" message="${xml(message)}">${xml(`${where}${fix?.title ?? remedy}`)}</failure>`;
}

const skip = (why: string): string => `<skipped message="${xml(why)}"/>`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** XML 1.0 has no other control characters, and no halves of surrogate pairs. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
