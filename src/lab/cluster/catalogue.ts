import type { ClusterScenario } from "./cluster-scenario.js";
import { l103Pods } from "./pods/l103-http-liveness.js";
import { l104Pods } from "./pods/l104-crashloop.js";
import { l202Pods } from "./pods/l202-init-gating.js";
import { l203Pods } from "./pods/l203-liveness-window.js";
import { l204Pods } from "./pods/l204-kill-order.js";
import { l205Pods } from "./pods/l205-sigterm-matrix.js";
import { l208Pods } from "./pods/l208-pid1-signal.js";
import { l304Pods } from "./pods/l304-timeout-avalanche.js";
import { l404Pods } from "./pods/l404-params-hot.js";
import { l407Pods } from "./pods/l407-shared-healthz.js";

/** The scenarios that have arms in a cluster. */
export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [
  ...[l103Pods, l104Pods, l202Pods, l203Pods, l204Pods, l205Pods, l208Pods],
  ...[l304Pods, l404Pods, l407Pods],
];

export function podsOf(scenario: string): ClusterScenario | null {
  return CLUSTER_SCENARIOS.find(({ id }) => id === scenario) ?? null;
}
