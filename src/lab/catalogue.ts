import { l101 } from "./chapter-1/l101-exec-replace.js";
import { l102 } from "./chapter-1/l102-inode-churn.js";
import { l103 } from "./chapter-1/l103-http-liveness.js";
import { l104 } from "./chapter-1/l104-crashloop.js";
import { l105 } from "./chapter-1/l105-init-copy.js";
import { l106 } from "./chapter-1/l106-binary-check.js";
import { l201 } from "./chapter-2/l201-atomic-data.js";
import { l202 } from "./chapter-2/l202-init-gating.js";
import { l203 } from "./chapter-2/l203-liveness-window.js";
import { l204 } from "./chapter-2/l204-kill-order.js";
import { l205 } from "./chapter-2/l205-sigterm-matrix.js";
import { l206 } from "./chapter-2/l206-stop-under-traffic.js";
import { l207 } from "./chapter-2/l207-split-probes.js";
import { l208 } from "./chapter-2/l208-pid1-signal.js";
import { l209 } from "./chapter-2/l209-tool-as-pid1.js";
import { l210 } from "./chapter-2/l210-goproxy.js";
import { l211 } from "./chapter-2/l211-cgo-loader.js";
import { l212 } from "./chapter-2/l212-gocache-cgo.js";
import { l301 } from "./chapter-3/l301-duplicate-events.js";
import { l302 } from "./chapter-3/l302-init-write.js";
import { l303 } from "./chapter-3/l303-editor-patterns.js";
import { l304 } from "./chapter-3/l304-timeout-avalanche.js";
import { l305 } from "./chapter-3/l305-recommended-values.js";
import { l306 } from "./chapter-3/l306-listener-leak.js";
import { l307 } from "./chapter-3/l307-reuse-options.js";
import { l308 } from "./chapter-3/l308-restart-in-process.js";
import { l401 } from "./chapter-4/l401-cp-sync.js";
import { l402 } from "./chapter-4/l402-503-or-keep.js";
import { l403 } from "./chapter-4/l403-failed-build.js";
import { l404 } from "./chapter-4/l404-params-hot.js";
import { l405 } from "./chapter-4/l405-init-vs-downward.js";
import { l406 } from "./chapter-4/l406-sigusr2-fd.js";
import { l407 } from "./chapter-4/l407-shared-healthz.js";
import { l408 } from "./chapter-4/l408-grace-vs-drain.js";
import { l409 } from "./chapter-4/l409-golist-stale.js";
import { l410 } from "./chapter-4/l410-image-metadata.js";
import { l411 } from "./chapter-4/l411-bad-candidate.js";
import type { Scenario } from "./scenario.js";

/** Every scenario there is, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  l101,
  l102,
  l103,
  l104,
  l105,
  l106,
  l201,
  l202,
  l203,
  l204,
  l205,
  l206,
  l207,
  l208,
  l209,
  l210,
  l211,
  l212,
  l301,
  l302,
  l303,
  l304,
  l305,
  l306,
  l307,
  l308,
  l401,
  l402,
  l403,
  l404,
  l405,
  l406,
  l407,
  l408,
  l409,
  l410,
  l411,
];
