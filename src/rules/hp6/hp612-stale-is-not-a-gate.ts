import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { type ScriptLine, scriptLines } from "#rules/script/script-lines.js";
import type { Project } from "#rules/subject/project.js";

export const staleIsNotAGate: Rule = {
  id: "HP612",
  name: "stale-is-not-a-gate",
  severity: "warning",
  reason: "B",
  inputs: "S",
  exports: "none",
  fix: "none",
  title:
    "The pipeline stops on `go list {{.Stale}}`, which says whether go install would do anything.",
  why: "A fresh checkout, and a main package after a plain go build, are always stale; libraries are by the version of Go. The gate stops good builds and proves nothing of what is in the image.",
  when: "A script prints .Stale with go list and lets a failure depend on it: grep, test, exit.",
  remedy:
    "hotpod gate --binary FILE --source . compares what the program says of itself with the commit and the modules; with --rebuild, what the sources give.",
  fires: "go list -f '{{.Stale}}' ./... | grep true && exit 1",
  quiet: ".StaleReason that is only printed.",
  judge: { of: "project", judge: judgeScripts },
};

const STALE = /\bgo\s+list\b[^\n]*\{\{[^}\n]*\.Stale\b/;
/** On the same line: something that can fail by it. */
const DECIDES = /\|\s*(grep|awk|test|xargs|wc)\b|\bexit\s+[1-9$]|(^|[\s;&|(])(\[|\[\[|test)\s/;
const KEPT = /(?:^|[\s;])([A-Za-z_]\w*)=\$?[("`]/;
const LINES = 12;

function judgeScripts({ scripts }: Project): Outcome {
  if (scripts.length === 0) return NOT_APPLICABLE;
  const faults = scripts.flatMap((script) => {
    const lines = scriptLines(script);
    return lines.flatMap((line, index) =>
      STALE.test(line.text) && decides(line, lines.slice(index + 1, index + 1 + LINES))
        ? [
            {
              severity: "warning" as const,
              at: line.at,
              message:
                "The pipeline stops where go would build again, which a fresh checkout always does.",
              evidence: line.text.trim().slice(0, 200),
            },
          ]
        : [],
    );
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

/** The line itself, or one of the next that looks at the variable it is kept in. */
function decides({ text }: ScriptLine, next: readonly ScriptLine[]): boolean {
  if (DECIDES.test(text)) return true;
  const [, variable] = KEPT.exec(text.slice(0, text.search(/\bgo\s+list\b/))) ?? [];
  if (variable === undefined) return false;
  const used = next.findIndex(
    (one) => one.text.includes(`$${variable}`) || one.text.includes(`\${${variable}`),
  );
  return used >= 0 && next.slice(used, used + 4).some((one) => /\bexit\s+[1-9$]/.test(one.text));
}
