import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** Adds what one scenario measured to out/e2e/report.json; the scenarios run one after the other. */
export function record(scenario: string, figures: object): void {
  mkdirSync("out/e2e", { recursive: true });
  const report = readReport();
  report[scenario] = figures;
  writeFileSync(REPORT, `${JSON.stringify(report, null, 2)}\n`);
}

function readReport(): Record<string, object> {
  try {
    return JSON.parse(readFileSync(REPORT, "utf8"));
  } catch {
    return { format: "hotpod.e2e/v1" as unknown as object };
  }
}

const REPORT = "out/e2e/report.json";
