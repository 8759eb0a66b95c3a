/** What the values are to reach. */
export interface Wishes {
  readonly objective: "safe" | "fast-detect";
  /** Factor on what was measured, at least 1. */
  readonly safety: number;
  /** Durations that may be longer without harm are rounded up to multiples of this. */
  readonly roundSeconds: number;
  /** From the moment a service hangs to the verdict that restarts it. */
  readonly detectWithinSeconds: number;
  /** From the moment it answers badly to no new request reaching it. */
  readonly shedWithinSeconds: number;
}

export const defaultWishes: Wishes = {
  objective: "safe",
  safety: 1.5,
  roundSeconds: 1,
  detectWithinSeconds: 30,
  shedWithinSeconds: 10,
};
