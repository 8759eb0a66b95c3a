import type { ScoreReport } from "./score-report.js";
export function scoreHtml(report: ScoreReport): string {
  return JSON.stringify(report);
}
