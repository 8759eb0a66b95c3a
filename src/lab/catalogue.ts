import { l101 } from "./chapter-1/l101-exec-replace.js";
import { l102 } from "./chapter-1/l102-inode-churn.js";
import { l103 } from "./chapter-1/l103-http-liveness.js";
import { l104 } from "./chapter-1/l104-crashloop.js";
import { l105 } from "./chapter-1/l105-init-copy.js";
import { l106 } from "./chapter-1/l106-binary-check.js";
import { l201 } from "./chapter-2/l201-atomic-data.js";
import { l203 } from "./chapter-2/l203-liveness-window.js";
import type { Scenario } from "./scenario.js";

/** Every scenario there is, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [l101, l102, l103, l104, l105, l106, l201, l203];
