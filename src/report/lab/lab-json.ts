import type { LabReport } from "#model/lab/lab-report.js";

export const LAB_SCHEMA = "hotpod.lab/v1";

export function labJson(report: LabReport): string {
  return JSON.stringify(report, null, 2);
}
