import type { Condition } from "#policy/condition.js";
import { HP1 } from "./hp1.js";
import { HP2 } from "./hp2.js";
import { HP3 } from "./hp3.js";
import { HP4 } from "./hp4.js";
import { HP5 } from "./hp5.js";
import { HP6 } from "./hp6.js";
import { HP7 } from "./hp7.js";
import { HP8 } from "./hp8.js";
import { HP9 } from "./hp9.js";
import { HP10 } from "./hp10.js";
import { HP11 } from "./hp11.js";
import { HP12 } from "./hp12.js";
import { HP13 } from "./hp13.js";
import { WITH_INVENTORY } from "./with-inventory.js";

/** Every rule that an API server can decide, alone or beside others. */
export const CONDITIONS: readonly Condition[] = [
  ...HP1,
  ...HP2,
  ...HP3,
  ...HP4,
  ...HP5,
  ...HP6,
  ...HP7,
  ...HP8,
  ...HP9,
  ...HP10,
  ...HP11,
  ...HP12,
  ...HP13,
  ...WITH_INVENTORY,
];
