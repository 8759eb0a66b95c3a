import type { FleetSummary, ScoreReport, ScoreStep, ServiceScore } from "./score-report.js";

/** The next thing to do; null: nothing is known that would raise it. */
export function nextText(one: ServiceScore): string | null {
  const { list, steps, wanting } = one;
  const [first, ...others] = steps;
  const [most] = wanting;
  if (list === "measure first" && most !== undefined) {
    return `give ${most.say}: decides ${Math.round(most.points)} points`;
  }
  if (first === undefined) return null;
  const last = others.at(-1);
  if (last === undefined) return `${stepText(first)}: ${first.from}\u00a0→\u00a0${first.to}`;
  const more = others.length === 1 ? "1 more step" : `${others.length} more steps`;
  return `${stepText(first)}: ${first.from}\u00a0→\u00a0${first.to}; with ${more} ${last.to}`;
}

/** What it is, and who does it. */
export function stepText({ fix: { kind, title, about } }: ScoreStep): string {
  // Of a group its indicator is enough to find it.
  const rules = [...new Set(about.map((id) => id.replace(/\..*$/, "")))].join(", ");
  const what = title.replace(/\.$/, "");
  return kind === "by hand" ? `${rules}, by hand: ${what}` : `${rules}, ${kind} fix: ${what}`;
}

/** `these 2 steps bring it from 57 to 63` */
export function planText({ steps }: ServiceScore): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return "No step is known that would raise it.";
  if (steps.length === 1) return `This step brings it from ${first.from} to ${last.to}.`;
  return `These ${steps.length} steps bring it from ${first.from} to ${last.to}.`;
}

export function fleetLine({ services, below60, measureFirst, median }: FleetSummary): string {
  const count = services === 1 ? "1 service" : `${services} services`;
  const middle = median === null ? "" : `, median ${median}`;
  return `${count}: ${below60} below 60, ${measureFirst} to measure first${middle}.`;
}

export function sinceLines({ since }: FleetSummary): string[] {
  if (since === null) return [];
  const { median, risen, fallen, come, gone } = since;
  const list = (names: readonly string[], words: string): string[] =>
    names.length === 0 ? [] : [`${words}: ${names.join(", ")}`];
  return [
    ...list(risen, "↑ crossed 60 since the older report"),
    ...list(fallen, "↓ fell below 60 since then"),
    ...list(come, "New since then"),
    ...list(gone, "Gone since then"),
    ...(median === null || median === 0
      ? []
      : [`Median: ${median > 0 ? "+" : "−"}${Math.abs(median)}`]),
  ];
}

/** null: they are as they come. */
export function weightsLine({
  changedWeights,
  weights,
}: Pick<ScoreReport, "changedWeights" | "weights">): string | null {
  if (changedWeights.length === 0) return null;
  const list = changedWeights.map((id) => `${id} ${weights[id]}`).join(", ");
  return `Weights are changed by hotpod.yaml, so this compares with no other report: ${list}.`;
}
