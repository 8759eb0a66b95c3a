import type { Condition } from "#policy/condition.js";
import { HP2 } from "./hp2.js";

/** Every rule that an API server can decide, in the order of the catalogue. */
export const CONDITIONS: readonly Condition[] = [...HP2];
