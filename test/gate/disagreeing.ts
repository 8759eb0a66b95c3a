import type { GateAnswer } from "#model/gate-report.js";

/** What does not agree, as `id grade` or `id open`. */
export const disagreeing = (all: readonly GateAnswer[]): string[] =>
  all
    .filter(({ outcome }) => outcome === "different" || outcome === "open")
    .map(({ id, grade, outcome }) => `${id} ${grade ?? outcome}`);
