import type { ClusterScenario } from "./cluster-scenario.js";
import { l103Pods } from "./pods/l103-http-liveness.js";
import { l104Pods } from "./pods/l104-crashloop.js";
import { l203Pods } from "./pods/l203-liveness-window.js";
import { l204Pods } from "./pods/l204-kill-order.js";
import { l302Pods } from "./pods/l302-config-map.js";
import { l407Pods } from "./pods/l407-shared-healthz.js";

/** The scenarios that have arms in a cluster. */
export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [
  ...[l103Pods, l104Pods, l203Pods, l204Pods, l302Pods, l407Pods],
];

export function podsOf(scenario: string): ClusterScenario | null {
  return CLUSTER_SCENARIOS.find(({ id }) => id === scenario) ?? null;
}
