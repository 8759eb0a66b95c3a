import { BUILD_INDICATORS } from "./build-indicators.js";
import type { Indicator } from "./indicator.js";
import { POD_INDICATORS } from "./pod-indicators.js";
import { PROBE_INDICATORS } from "./probe-indicators.js";
import { SWAP_INDICATORS } from "./swap-indicators.js";

/** M01 to M19; their weights add up to 100. */
export const INDICATORS: readonly Indicator[] = [
  ...BUILD_INDICATORS,
  ...PROBE_INDICATORS,
  ...SWAP_INDICATORS,
  ...POD_INDICATORS,
];
