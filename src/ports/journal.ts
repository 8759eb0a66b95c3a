import type { Instant } from "#base/time.js";
import type { Notice } from "#model/notice.js";

/** Where notices go: the log, the event file, the metrics. */
export interface Journal {
  announce(notice: Notice, at: Instant): void;
}
