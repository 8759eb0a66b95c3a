import { setFlagsFromString } from "node:v8";

/** A supervisor makes little garbage: the young generation need not grow to its usual 32 MB. */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
