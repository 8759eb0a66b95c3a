import type { LifeEvent } from "#model/life/life-event.js";
import type { LifeInput, Reload } from "#simulate/life/life-input.js";
import { checkCase } from "./check-case.js";
import type { Violation } from "./checker.js";
import type { Defect } from "./defects/defect.js";
import { generateCase } from "./generate-case.js";
import type { ReplayToken } from "./replay-token.js";
import { followPath, shrinkCase } from "./shrink-case.js";

/** Whose cases are examined. */
export interface Subject {
  /** A reload tool as the table names it, or `hotpod`. */
  readonly name: string;
  readonly reload: "hotpod" | Reload;
  /** What is broken on purpose; null: nothing. */
  readonly defect: Defect | null;
}

/** A case that breaks a rule, made as simple as it goes. */
export interface Finding {
  readonly token: ReplayToken;
  readonly input: LifeInput;
  /** All that is wrong with it. */
  readonly violations: readonly Violation[];
  readonly events: readonly LifeEvent[];
}

/** All that is wrong with the case of this number. */
export function examineCase(seed: number, { reload, defect }: Subject): readonly Violation[] {
  return checkCase(generateCase(seed, reload), defect?.breakage).violations;
}

/** The simplest case in which the same rule is broken as in the one of this number. */
export function simplestCase(seed: number, subject: Subject, watches: string): Finding {
  const { name, reload, defect } = subject;
  const breaks = (input: LifeInput): boolean =>
    checkCase(input, defect?.breakage).violations.some((one) => one.watches === watches);
  const { input, path } = shrinkCase(generateCase(seed, reload), breaks);
  const token = { seed, subject: name, defect: defect?.name ?? null, path };
  return findingOf(token, input, defect);
}

/** The case of a token again. null: the token's path leads nowhere. */
export function replayCase(token: ReplayToken, { reload, defect }: Subject): Finding | null {
  const input = followPath(generateCase(token.seed, reload), token.path);
  return input === null ? null : findingOf(token, input, defect);
}

function findingOf(token: ReplayToken, input: LifeInput, defect: Defect | null): Finding {
  const { run, violations } = checkCase(input, defect?.breakage);
  return { token, input, violations, events: run.events };
}
