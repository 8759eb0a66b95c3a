import type { ScoreReport } from "./score-report.js";

export const SCORE_SCHEMA = "hotpod.score/v1";

/** One JSON value. */
export function scoreJson(report: ScoreReport): string {
  return JSON.stringify({ schema: SCORE_SCHEMA, ...report }, null, 2);
}
