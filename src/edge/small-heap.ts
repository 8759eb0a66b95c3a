import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generation at its first size (1 MiB). It would grow to 32 MiB during one burst of work and stay there,
 * charged to the pod; a supervisor has no throughput to gain from it.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
