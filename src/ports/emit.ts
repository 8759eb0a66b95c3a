import type { Happening } from "#model/happening.js";

/** How the world behind a port answers. Never called from inside a call of the port itself: always a turn later. */
export type Emit = (happening: Happening) => void;
