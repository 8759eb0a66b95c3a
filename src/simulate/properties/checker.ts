import type { Event } from "#generation/event.js";
import type { Step } from "#generation/step.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { LifeRun } from "#simulate/life/run-life.js";
import type { HotpodWorld } from "#simulate/reload/hotpod-world.js";
import type { ContainerStream } from "./node/container-streams.js";

/** Looks on from outside at one container under hotpod, from its start to its end. Returns what is wrong. */
export interface HotpodChecker {
  /** `I2`. */
  readonly watches: string;
  /** After a step, before its commands are carried out: the world is as the event left it. */
  onStep(event: Event, step: Step, world: HotpodWorld): string | null;
  /** Once nothing happens any more and it still runs. */
  atEnd?(world: HotpodWorld): string | null;
}

export type NewHotpodChecker = (input: LifeInput) => HotpodChecker;

/** A whole life, as it was told. */
export interface Told {
  /** What was asked for; where something is broken on purpose, not what was simulated. */
  readonly input: LifeInput;
  readonly run: LifeRun;
  readonly streams: readonly ContainerStream[];
}

/** Looks at a whole life, by what it tells and what it counted. */
export interface LifeChecker {
  /** `I1`, `K16`. */
  readonly watches: string;
  look(told: Told): string | null;
}

/** Something that is wrong, and by which rule. */
export interface Violation {
  readonly watches: string;
  readonly detail: string;
}
