import type { Instant } from "#base/time.js";
import { VERSION } from "#cli/version.js";
import type { GenerationView, Status } from "#generation/status.js";
import type { ShownGeneration, ShownStatus } from "#report/status-text.js";

/** The status as `hotpod ctl status` answers: instants of this process become ages, which mean something outside. */
export function statusView(status: Status, now: Instant, pid: number): ShownStatus & Status {
  const { build, canary } = status;
  const shown = (view: GenerationView): GenerationView & ShownGeneration => ({
    ...view,
    ageMs: Math.round(now - view.since),
  });
  return {
    version: VERSION,
    pid,
    ...status,
    serving: status.serving === null ? null : shown(status.serving),
    candidate: status.candidate === null ? null : shown(status.candidate),
    canary: canary === null ? null : { ...canary, leftMs: leftMs(canary.endsAt, now) },
    draining: status.draining.map(shown),
    build: build === null ? null : { ...build, ageMs: Math.round(now - build.since) },
  };
}

const leftMs = (at: Instant | null, now: Instant): number | null =>
  at === null ? null : Math.max(0, Math.round(at - now));
