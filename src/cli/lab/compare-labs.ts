import { UserError } from "#base/user-error.js";
import { readInputText } from "#cli/simulate/load-manifests.js";
import type { LineWriter } from "#edge/line-writer.js";
import type { LabReport } from "#model/lab/lab-report.js";
import { compareReports } from "#report/lab/compare-reports.js";
import { LAB_SCHEMA } from "#report/lab/lab-json.js";

/** `hotpod lab compare OLD NEW`: 0 nothing that counts has changed, 1 something has. */
export async function compareLabs(words: readonly string[], out: LineWriter): Promise<number> {
  const [older, newer] = words;
  if (older === undefined || newer === undefined || words.length > 2) {
    throw new UserError({
      code: "lab-compare",
      message: "compare takes two reports",
      hint: "hotpod lab compare OLD/lab.json NEW/lab.json; --format json --out FOLDER writes one.",
    });
  }
  const changes = compareReports(readReport(older), readReport(newer));
  await out.data(changes.length === 0 ? "nothing that counts has changed" : changes.join("\n"));
  await out.drained();
  return changes.length === 0 ? 0 : 1;
}

function readReport(file: string): LabReport {
  const report = jsonOf(readInputText(file)) as Partial<LabReport> | null;
  if (report?.schema === LAB_SCHEMA && Array.isArray(report.scenarios)) return report as LabReport;
  throw new UserError({
    code: "bad-lab-report",
    message: `${file} is no report of hotpod lab`,
    hint: "hotpod lab --format json --out FOLDER writes FOLDER/lab.json.",
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
