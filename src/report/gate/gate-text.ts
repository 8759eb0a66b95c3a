import type { GateAnswer, GateReport } from "#model/gate-report.js";
import { printable } from "#report/text/printable.js";
import { PLAIN_STYLE, type TextStyle } from "#report/text/text-style.js";
import { wrapText } from "#report/text/wrap-text.js";

export interface GateTextOptions {
  readonly columns: number;
  readonly style?: TextStyle;
  /** Also what agreed, with its values. */
  readonly showAll?: boolean;
}

/** For a terminal: a line an answer; where it is no agreement, the values, where each came from, and what to do. */
export function gateText(report: GateReport, options: GateTextOptions): string {
  const style = options.style ?? PLAIN_STYLE;
  const { binary, answers } = report;
  return [
    `${style.strong(printable(binary.file))}  ${binary.bytes} bytes, sha256 ${binary.sha256}`,
    ...answers.flatMap((answer) => answerLines(answer, options, style)),
    "",
    summary(answers),
  ].join("\n");
}

const INDENT = " ".repeat(10);

function answerLines(answer: GateAnswer, options: GateTextOptions, style: TextStyle): string[] {
  const { id, place, message, remedy } = answer;
  const where = place === null ? "" : `${place.file}:${place.line}: `;
  const [first = "", ...rest] = wrapText(
    printable(`${id}: ${where}${message}`),
    options.columns,
    INDENT,
  );
  const details = options.showAll === true || answer.outcome !== "same";
  return [
    `${markOf(answer, style)}${first.slice(INDENT.length)}`,
    ...rest,
    ...(details ? evidenceLines(answer, style) : []),
    ...(remedy === null ? [] : wrapText(`→ ${printable(remedy)}`, options.columns, INDENT)),
  ];
}

/** A value of several lines, such as a command's output, keeps them. */
function evidenceLines({ compared }: GateAnswer, style: TextStyle): string[] {
  return compared.flatMap(({ name, value, from }) => {
    const [first = "", ...more] = value.split("\n").slice(0, LINES_MAX);
    return [
      style.faint(`${INDENT}  ${printable(`${name} = ${first}`)}  (${printable(from)})`),
      ...more.map((line) => style.faint(`${INDENT}    ${printable(line)}`)),
    ];
  });
}

const LINES_MAX = 20;

function markOf({ outcome, grade }: GateAnswer, style: TextStyle): string {
  switch (outcome) {
    case "same":
      return style.good("ok".padEnd(INDENT.length));
    case "told":
      return style.faint("told".padEnd(INDENT.length));
    case "open":
      return style.bad("open".padEnd(INDENT.length));
    case "different":
      return (grade === "error" ? style.bad : style.odd)((grade ?? "").padEnd(INDENT.length));
  }
}

function summary(answers: readonly GateAnswer[]): string {
  const count = (match: (one: GateAnswer) => boolean, word: string): string[] => {
    const found = answers.filter(match).length;
    return found === 0 ? [] : [`${found} ${word}`];
  };
  return `${[
    ...count(({ grade }) => grade === "error", "wrong"),
    ...count(({ grade }) => grade === "warning", "to look at"),
    ...count(({ outcome }) => outcome === "open", "could not be compared"),
    ...count(({ outcome }) => outcome === "same", "agreed"),
  ].join(", ")}.`;
}
