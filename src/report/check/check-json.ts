import type { CheckReport } from "./check-report.js";

export const CHECK_SCHEMA = "hotpod.check/v1";

/** One JSON value; the rules' texts are left to `hotpod check list`. */
export function checkJson({ rules: _, ...report }: CheckReport): string {
  return JSON.stringify({ schema: CHECK_SCHEMA, ...report }, null, 2);
}
