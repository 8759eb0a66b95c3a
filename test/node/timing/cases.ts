import type { TimingCase } from "./case-parts.js";
import { lifeCases } from "./life-cases.js";
import { probeCases } from "./probe-cases.js";

/**
 * What a real kubelet is asked to live through, and how the programs in it behave. The same list makes the pods that are
 * recorded and the scripts by which the model lives the same.
 */
export const timingCases: readonly TimingCase[] = [...probeCases, ...lifeCases];
