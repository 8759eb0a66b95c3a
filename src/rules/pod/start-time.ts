import type { Figure } from "#rules/rule/outcome.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { type TimingValue, timingFigure } from "#rules/subject/figure.js";
import { buildsHere } from "./builds-here.js";

/** From a container's start to the first success of what its probes ask. */
export interface StartTime {
  readonly seconds: number;
  /** What it is made of. */
  readonly parts: readonly TimingValue[];
  readonly figures: readonly Figure[];
}

/**
 * coldStart, and coldBuild where a tool builds before it starts the program. Without a coldBuild, what was measured as coldStart
 * holds that build; hotpod's own record of its start always does. null: coldStart is not known.
 */
export function startTimeOf(subject: ContainerSubject): StartTime | null {
  const start = subject.timing("coldStart");
  if (start === null) return null;
  const build = buildsHere(subject) && !subject.isManaged ? subject.timing("coldBuild") : null;
  const parts = build === null ? [start] : [build, start];
  return {
    seconds: parts.reduce((sum, { value }) => sum + value, 0),
    parts,
    figures: parts.map((one) => timingFigure(one, "s")),
  };
}
