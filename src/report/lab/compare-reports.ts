import type { LabReport, Measure, ScenarioResult } from "#model/lab/lab-report.js";

/** What changed between two runs, one sentence each; empty: nothing that counts. */
export function compareReports(older: LabReport, newer: LabReport): readonly string[] {
  const before = new Map(older.scenarios.map((one) => [one.id, one]));
  const after = new Map(newer.scenarios.map((one) => [one.id, one]));
  const gone = [...before.keys()]
    .filter((id) => !after.has(id))
    .map((id) => `${id} was not run again`);
  const changed = [...after.values()].flatMap((one) => {
    const was = before.get(one.id);
    return was === undefined ? [`${one.id} was not run before`] : changesOf(was, one);
  });
  return [...gone, ...changed];
}

function changesOf(was: ScenarioResult, is: ScenarioResult): readonly string[] {
  const changes: string[] = [];
  if (was.verdict !== is.verdict) changes.push(`${is.id}: ${was.verdict} → ${is.verdict}`);
  if (was.prediction !== is.prediction)
    changes.push(`${is.id}: ${was.prediction} → ${is.prediction}`);
  for (const arm of is.arms) {
    const other = was.arms.find(({ name }) => name === arm.name);
    if (other === undefined) continue;
    for (const [key, measure] of Object.entries(arm.measures)) {
      const change = changeOf(other.measures[key], measure);
      if (change !== null) changes.push(`${is.id} ${arm.name}.${key}: ${change}`);
    }
  }
  return changes;
}

/** More than a fifth, and more than three times what chance alone does. */
function changeOf(was: Measure | undefined, is: Measure): string | null {
  if (was === undefined || was.kind === "text" || is.kind === "text") return null;
  const [old, now] = [middleOf(was), middleOf(is)];
  const apart = Math.abs(now - old);
  if (apart <= Math.abs(old) * SHARE || apart <= SPREADS * spreadOf(was)) return null;
  return `${old} → ${now} ${is.unit}`.trim();
}

const middleOf = (measure: Exclude<Measure, { kind: "text" }>): number =>
  measure.kind === "count" ? measure.value : measure.p50;

/** Of a count the root of it: what chance does to events that come one by one. */
const spreadOf = (measure: Exclude<Measure, { kind: "text" }>): number =>
  measure.kind === "count" ? Math.sqrt(Math.max(1, measure.value)) : measure.p95 - measure.p50;

const SHARE = 0.2;
const SPREADS = 3;
