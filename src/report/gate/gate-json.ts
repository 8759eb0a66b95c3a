import type { GateReport } from "#model/gate-report.js";

export const GATE_SCHEMA = "hotpod.gate/v1";

/** One JSON value. `passed`: whether the exit code is 0. */
export function gateJson(report: GateReport, passed: boolean): string {
  return JSON.stringify({ schema: GATE_SCHEMA, passed, ...report }, null, 2);
}
