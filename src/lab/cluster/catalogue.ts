import type { ClusterScenario } from "./cluster-scenario.js";
import { l101Pods } from "./pods/chapter-1/l101-exec-replace.js";
import { l103Pods } from "./pods/chapter-1/l103-http-liveness.js";
import { l104Pods } from "./pods/chapter-1/l104-crashloop.js";
import { l105Pods } from "./pods/chapter-1/l105-init-copy.js";
import { l202Pods } from "./pods/chapter-2/l202-init-gating.js";
import { l203Pods } from "./pods/chapter-2/l203-liveness-window.js";
import { l204Pods } from "./pods/chapter-2/l204-kill-order.js";
import { l205Pods } from "./pods/chapter-2/l205-sigterm-matrix.js";
import { l207Pods } from "./pods/chapter-2/l207-split-probes.js";
import { l208Pods } from "./pods/chapter-2/l208-pid1-signal.js";
import { l302Pods } from "./pods/chapter-3/l302-init-write.js";
import { l304Pods } from "./pods/chapter-3/l304-timeout-avalanche.js";
import { l402Pods } from "./pods/chapter-4/l402-503-or-keep.js";
import { l404Pods } from "./pods/chapter-4/l404-params-hot.js";
import { l407Pods } from "./pods/chapter-4/l407-shared-healthz.js";
import { l408Pods } from "./pods/chapter-4/l408-grace-vs-drain.js";

/** The scenarios that have arms in a cluster. */
export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [
  ...[l101Pods, l103Pods, l104Pods, l105Pods, l202Pods, l203Pods],
  ...[l204Pods, l205Pods, l207Pods, l208Pods, l302Pods, l304Pods],
  ...[l402Pods, l404Pods, l407Pods, l408Pods],
];

export function podsOf(scenario: string): ClusterScenario | null {
  return CLUSTER_SCENARIOS.find(({ id }) => id === scenario) ?? null;
}
