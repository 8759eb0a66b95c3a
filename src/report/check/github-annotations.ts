import { activeFindings, type CheckReport, type Grade } from "./check-report.js";

const COMMANDS: Readonly<Record<Grade, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

/**
 * Workflow commands of GitHub Actions, one a line: they become annotations at the lines of a pull request. Source: GitHub's
 * documentation of workflow commands, and its toolkit for what has to be escaped.
 */
export function githubAnnotations(report: CheckReport): string {
  return activeFindings(report)
    .map(({ grade, rule, name, message, place, remedy, fix }) => {
      const properties = [
        ...(place === null
          ? []
          : [
              `file=${property(place.file)}`,
              `line=${place.line}`,
              `endLine=${place.endLine}`,
              `col=${place.column}`,
              `endColumn=${Math.max(place.endColumn - 1, place.column)}`,
            ]),
        `title=${property(`${rule} ${name}`)}`,
      ];
      const text = data(`${message}\n${fix?.title ?? remedy}`);
      return `::${COMMANDS[grade]} ${properties.join(",")}::${text}`;
    })
    .join("\n");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
