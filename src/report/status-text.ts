import { formatDuration } from "#base/time.js";
import type { HandoverReason } from "#model/listener.js";
import type { RollbackWay } from "#model/rollback-way.js";
import { type SwapTiming, swapTimingMs } from "#model/swap-timing.js";
import { handoverWhy } from "#report/words/handover-why.js";
import { rollbackWayText } from "#report/words/rollback-way-text.js";
import { swapTimingText } from "#report/words/swap-timing-text.js";

/** What the status shows of one generation; a subset of what the core tells. */
export interface ShownGeneration {
  readonly generation: number;
  readonly artifact: { readonly id: string };
  readonly pid: number | null;
  readonly phase: string;
  readonly ageMs: number;
}

export interface ShownStatus {
  readonly version: string;
  readonly pid: number;
  readonly phase: string;
  readonly ready: { readonly code: number };
  readonly live: { readonly code: number };
  readonly serving: ShownGeneration | null;
  readonly candidate: ShownGeneration | null;
  /** `leftMs`: null when it is not promoted by itself as things are. */
  readonly canary: { readonly percent: number; readonly leftMs: number | null } | null;
  readonly draining: readonly ShownGeneration[];
  readonly build: { readonly build: number; readonly ageMs: number } | null;
  readonly behind: string | null;
  readonly lastUpdate: (SwapTiming & { readonly generation: number }) | null;
  readonly rollback: RollbackWay | null;
  readonly quarantine: readonly string[];
  readonly paused: boolean;
  readonly handover: { readonly kind: string; readonly why: HandoverReason | null };
  readonly drift: boolean;
  readonly nextBoot: { readonly id: string } | null;
}

/** `hotpod ctl status` and what SIGUSR1 logs: what serves first, what is wrong last. */
export function statusText(status: ShownStatus): string {
  const lines = [
    `hotpod ${status.version} (pid ${status.pid}): ${status.phase}, ${readiness(status)}`,
    `  serving    ${status.serving === null ? "nothing" : generationText(status.serving)}`,
  ];
  const add = (label: string, text: string): void => {
    lines.push(`  ${label.padEnd(10)} ${text}`);
  };
  if (status.candidate !== null) add("candidate", generationText(status.candidate));
  if (status.canary !== null) add("canary", canaryText(status.canary));
  for (const one of status.draining) add("draining", generationText(one));
  if (status.lastUpdate !== null) add("updated", updateText(status.lastUpdate));
  if (status.build !== null) {
    add("building", `build ${status.build.build}, for ${formatDuration(status.build.ageMs)}`);
  }
  const { kind, why } = status.handover;
  add("hand-over", why === null ? kind : `${kind}: ${handoverWhy(why)}`);
  if (status.rollback !== null) add("rollback", rollbackWayText(status.rollback));
  if (status.paused) add("paused", "changes wait (hotpod ctl resume)");
  if (status.behind !== null) add("behind", status.behind);
  if (status.quarantine.length > 0) add("quarantine", status.quarantine.join(", "));
  if (status.drift) add("drift", driftText(status));
  return lines.join("\n");
}

function canaryText({ percent, leftMs }: NonNullable<ShownStatus["canary"]>): string {
  if (percent === 0) return "0 %: hotpod ctl promote, hotpod ctl rollback, or another weight";
  const then =
    leftMs === null ? "promoted once it answers well" : `promoted in ${formatDuration(leftMs)}`;
  return `${percent} % of new connections, ${then} (hotpod ctl promote | rollback)`;
}

function updateText(update: SwapTiming & { readonly generation: number }): string {
  const took = formatDuration(swapTimingMs(update));
  return `generation ${update.generation} in ${took}: ${swapTimingText(update)}`;
}

function driftText({ nextBoot, serving }: ShownStatus): string {
  if (nextBoot === null) return "a new container builds what its files say then";
  return nextBoot.id === serving?.artifact.id
    ? "a new pod starts what its image holds"
    : `a new container starts ${nextBoot.id}`;
}

function readiness({ ready, live }: ShownStatus): string {
  return `${ready.code === 200 ? "ready" : "not ready"}${live.code === 200 ? "" : ", not live"}`;
}

function generationText({ generation, artifact, pid, phase, ageMs }: ShownGeneration): string {
  const process = pid === null ? "no process" : `pid ${pid}`;
  return `generation ${generation}, ${artifact.id}, ${process}, ${phase}, for ${formatDuration(ageMs)}`;
}
