import { measureIdle } from "./measure-idle.js";

/** Does nothing, and prints what that costs: a virtual machine's host may charge milliseconds for a single wake. */
globalThis.gc?.();
console.log(JSON.stringify(await measureIdle()));
