import type { Breakage } from "#simulate/properties/check-case.js";

/** One way in which the simulation is broken on purpose: a checker that none of them alarms would be of no use. */
export interface Defect {
  /** As replay tokens name it. */
  readonly name: string;
  /** What is wrong, for a person. */
  readonly says: string;
  /** The rules of which at least one has to be seen broken. */
  readonly breaks: readonly string[];
  readonly breakage: Breakage;
}
