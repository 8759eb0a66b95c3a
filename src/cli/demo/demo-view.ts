import { formatDuration } from "#base/time.js";
import type { Notice } from "#model/notice.js";

/** What the live view shows at one moment. */
export interface DemoMoment {
  readonly elapsedMs: number;
  /** What is being done: `edit 3`. */
  readonly doing: string;
  readonly requests: number;
  readonly failed: number;
  readonly requestsPerSecond: number;
  readonly notices: readonly Notice[];
}

/** Four lines that are drawn over each other, for a terminal. */
export function demoView(moment: DemoMoment, columns: number): readonly string[] {
  const { build, generation, swap } = lately(moment.notices);
  const rate = `${Math.round(moment.requestsPerSecond).toLocaleString("en-US")}/s`;
  const requests = `${moment.requests.toLocaleString("en-US")} (${rate}), ${moment.failed} failed`;
  return [
    `${formatDuration(Math.round(moment.elapsedMs / 100) * 100).padEnd(7)} ${moment.doing}`,
    `  generation  ${generation}`,
    `  build       ${build}`,
    `  swap        ${swap}`,
    `  requests    ${requests}`,
  ].map((line) => line.slice(0, columns - 1));
}

function lately(notices: readonly Notice[]): { build: string; generation: string; swap: string } {
  let build = "–";
  let generation = "–";
  let swap = "–";
  for (const notice of notices) {
    build = buildWords(notice) ?? build;
    if (notice.kind === "generation-started") swap = `generation ${notice.generation} starts`;
    if (notice.kind === "candidate-failed") swap = `generation ${notice.generation} never served`;
    if (notice.kind === "promoted") {
      generation = `${notice.generation} serves ${notice.artifact.id}`;
      const how = notice.swapMs === null ? "again" : `in ${formatDuration(notice.swapMs)}`;
      swap = `to generation ${notice.generation} ${how}`;
    }
    if (notice.kind === "drain-ended") {
      swap = `generation ${notice.generation} drained in ${formatDuration(notice.tookMs)}`;
    }
  }
  return { build, generation, swap };
}

function buildWords(notice: Notice): string | null {
  switch (notice.kind) {
    case "build-started":
      return `${notice.build} runs`;
    case "build-succeeded":
      return `${notice.build} took ${formatDuration(notice.tookMs)}`;
    case "build-failed":
      return `${notice.build} failed after ${formatDuration(notice.tookMs)}`;
    case "build-cancelled":
      return `${notice.build} overtaken by a newer save`;
    default:
      return null;
  }
}
