import { coreDefects } from "./core-defects.js";
import type { Defect } from "./defect.js";
import { nodeDefects } from "./node-defects.js";
import { specDefects } from "./spec-defects.js";

/** Every way in which the simulation can be broken on purpose. */
export const seededDefects: readonly Defect[] = [...coreDefects, ...specDefects, ...nodeDefects];
