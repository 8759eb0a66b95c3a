import { unreachable } from "#base/assert.js";
import { formatDuration } from "#base/time.js";
import type { Artifact, Exit } from "#model/generation.js";
import type { CandidateFailure, Notice, Purpose } from "#model/notice.js";
import { swapTimingMs } from "#model/swap-timing.js";
import { handoverWhy } from "#report/words/handover-why.js";
import { swapTimingText } from "#report/words/swap-timing-text.js";
import { type BuildFailureWords, buildFailureWords } from "./build-failure-words.js";
import type { LogEntry, LogLevel } from "./log-entry.js";

/** How every notice reads in the log. */
export function noticeEntry(notice: Notice): LogEntry {
  const { kind, ...fields } = notice;
  const { level, message, detail } = wording(notice);
  const entry = { level, event: kind, message, fields };
  return detail === undefined ? entry : { ...entry, detail };
}

interface Wording {
  readonly level: LogLevel;
  readonly message: string;
  readonly detail?: string;
}

const say = (level: LogLevel, message: string): Wording => ({ level, message });

function wording(notice: Notice): Wording {
  switch (notice.kind) {
    case "change-seen":
      return say("info", `changed: ${fileList(notice.files)}`);
    case "change-unbuilt":
      return say("info", UNBUILT[notice.why]);
    case "build-started":
      return say("debug", `build ${notice.build} of ${notice.content}`);
    case "build-cancelled":
      return say("debug", `build ${notice.build} overtaken by a newer change`);
    case "build-succeeded":
      return built(notice.artifact, notice.tookMs);
    case "build-failed":
      return { level: "error", ...buildFailed(buildFailureWords(notice.failure), notice.tookMs) };
    case "artifact-unchanged":
      return say("info", `the build is identical to what serves (${short(notice.artifact)})`);
    case "generation-started":
      return say("info", `generation ${notice.generation} started: ${PURPOSE[notice.purpose]}`);
    case "handover-chosen":
      return say("info", `hand-over ${notice.handover}: ${handoverWhy(notice.why)}`);
    case "generation-ready":
      return say(
        "debug",
        `generation ${notice.generation} ready after ${formatDuration(notice.tookMs)} (${READY_BY[notice.by]})`,
      );
    case "canary-started":
    case "canary-weighed":
    case "canary-withdrawn":
    case "canary-took-over":
      return canary(notice);
    case "promoted":
      return say("info", promoted(notice));
    case "update-timed":
      return say("debug", updateTimed(notice));
    case "candidate-failed":
      return say(
        "error",
        `generation ${notice.generation} never served: it ${failureWords(notice.why)}`,
      );
    case "candidate-withdrawn":
      return say(
        "info",
        `generation ${notice.generation} ended before it served, after ${formatDuration(notice.ranMs)}: ${WITHDRAWN[notice.why]}`,
      );
    case "quarantined":
      return say("warn", `${short(notice.artifact)} is not tried again until a change`);
    case "standing-by":
      return say("debug", `generation ${notice.generation} stands by`);
    case "drain-started":
      return say("debug", `generation ${notice.generation} drains`);
    case "drain-ended":
      return notice.killed
        ? say(
            "warn",
            `generation ${notice.generation} was killed: not drained in ${formatDuration(notice.tookMs)}`,
          )
        : say(
            "debug",
            `generation ${notice.generation} drained in ${formatDuration(notice.tookMs)}`,
          );
    default:
      return rarer(notice);
  }
}

type Canary = Extract<
  Notice,
  { kind: "canary-started" | "canary-weighed" | "canary-withdrawn" | "canary-took-over" }
>;

function canary(notice: Canary): Wording {
  const its = `generation ${notice.generation}`;
  switch (notice.kind) {
    case "canary-started":
      return say(
        "info",
        `canary: ${its} (${short(notice.artifact)}) gets ${notice.percent} % of new connections for ${formatDuration(notice.forMs)}, generation ${notice.beside} the rest`,
      );
    case "canary-weighed":
      return notice.percent === 0
        ? say(
            "warn",
            `canary: ${its} gets nothing new and waits for hotpod ctl promote, hotpod ctl rollback or another weight`,
          )
        : say("info", `canary: ${its} gets ${notice.percent} % of new connections now`);
    case "canary-withdrawn":
      return say(
        "info",
        `canary: ${its} goes after ${formatDuration(notice.servedMs)}: ${WITHDRAWN[notice.why]}`,
      );
    case "canary-took-over":
      return say(
        "error",
        `canary: ${its} takes over, as generation ${notice.from} ${failureWords(notice.why)}`,
      );
  }
}

const WITHDRAWN = {
  superseded: "something newer is ready to start",
  reverted: "the change was taken back",
  stopping: "hotpod stops",
} as const;

type Rarer = Extract<
  Notice,
  {
    kind:
      | "probation-passed"
      | "rolled-back"
      | "crashed"
      | "crash-limit-reached"
      | "unhealthy"
      | "memory-short"
      | "paused"
      | "drift"
      | "stopping"
      | "grace-exhausted"
      | "stopped";
  }
>;

function rarer(notice: Rarer): Wording {
  switch (notice.kind) {
    case "probation-passed":
      return say("debug", `generation ${notice.generation} has proved good`);
    case "rolled-back":
      return say("error", rolledBack(notice));
    case "crashed":
      return say(
        "error",
        `generation ${notice.generation} ${exitWords(notice.exit)}: restart ${notice.restart} of ${notice.of}`,
      );
    case "crash-limit-reached":
      return say(
        "error",
        `the service ${exitWords(notice.exit)} again: ${notice.restarts} restarts within ${formatDuration(notice.windowMs)} did not help`,
      );
    case "unhealthy":
      return say(
        "error",
        `generation ${notice.generation} is unhealthy: ${notice.failures} bad answers (${notice.detail})`,
      );
    case "memory-short":
      return say("warn", memoryShort(notice));
    case "paused":
      return say("info", notice.paused ? "paused: changes wait" : "resumed");
    case "drift":
      return drift(notice.running, notice.nextBoot);
    case "stopping":
      return say("info", stopping(notice));
    case "grace-exhausted":
      return say(
        "warn",
        `the grace is over: killed generation ${notice.killed.join(", generation ")}`,
      );
    case "stopped":
      return say("info", `stopped in ${formatDuration(notice.tookMs)}, exit code ${notice.code}`);
    default:
      return unreachable(notice);
  }
}

const UNBUILT = {
  paused: "the change waits: updates are paused (hotpod ctl resume)",
  quarantined: "this content has failed before: waiting for another change",
  serving: "what is on disk serves already",
} as const;

const PURPOSE: Readonly<Record<Purpose, string>> = {
  first: "the first one",
  update: "the change",
  rollback: "the previous artifact again",
  "crash-restart": "the same artifact after a crash",
  liveness: "the same artifact, as the old one is unhealthy",
  reload: "asked for",
};

const READY_BY = { notify: "it said so", http: "ready.http answered", accepting: "it accepts" };

function promoted(notice: Extract<Notice, { kind: "promoted" }>): string {
  const { changeMs, swapMs, timing } = notice;
  if (swapMs === null)
    return `generation ${notice.generation} serves ${short(notice.artifact)} again`;
  const parts = timing === null ? "" : `: ${swapTimingText(timing)}`;
  const since = changeMs === null ? "" : `, ${formatDuration(changeMs)} after the change${parts}`;
  return `generation ${notice.generation} serves ${short(notice.artifact)} (started ${formatDuration(swapMs)} ago${since})`;
}

function updateTimed({ generation, timing }: Extract<Notice, { kind: "update-timed" }>): string {
  const took = formatDuration(swapTimingMs(timing));
  return `generation ${generation} has the new connections ${took} after the change: ${swapTimingText(timing)}`;
}

function rolledBack(notice: Extract<Notice, { kind: "rolled-back" }>): string {
  const { why, from, to, servedMs, way } = notice;
  const reason = why.kind === "requested" ? "as asked" : `it ${failureWords(why)}`;
  const how = way === "warm" ? "which still ran" : "which is started anew";
  return `back to ${short(to)}, ${how}: ${short(from)} served ${formatDuration(servedMs)}, ${reason}`;
}

const SHORT_OF_MEMORY = {
  restart: "the old generation ends first (sockets stay open)",
  hold: "the swap waits (memory.policy hold)",
  "end-stand-by": "the old generation does not stand by",
} as const;

function memoryShort(notice: Extract<Notice, { kind: "memory-short" }>): string {
  const { usedBytes, limitBytes } = notice.memory;
  const needed = `${mib(usedBytes)} of ${mib(limitBytes)} used, ${mib(notice.neededBytes)} needed beside it`;
  return `memory is short: ${needed}: ${SHORT_OF_MEMORY[notice.then]}`;
}

/** Where nothing is built, the content is the artifact and there is nothing to tell. */
function built({ id, content }: Artifact, tookMs: number): Wording {
  return say(id === content ? "debug" : "info", `built ${id} in ${formatDuration(tookMs)}`);
}

function drift(running: Artifact, nextBoot: Artifact | null): Wording {
  const runs = `drift: ${short(running)} runs`;
  if (nextBoot === null) {
    return say("debug", `${runs}, a new container builds what its files say then`);
  }
  return nextBoot.id === running.id
    ? say("warn", `${runs}, after a container restart too; a new pod starts what its image holds`)
    : say("warn", `${runs}, a new container starts ${short(nextBoot)}`);
}

function stopping(notice: Extract<Notice, { kind: "stopping" }>): string {
  const serving = notice.delayMs > 0 ? `, serving ${formatDuration(notice.delayMs)} more` : "";
  return `stopping (${notice.signal})${serving}; grace ${formatDuration(notice.graceMs)}`;
}

function buildFailed(
  words: BuildFailureWords,
  tookMs: number,
): { message: string; detail?: string } {
  const message = `build failed after ${formatDuration(tookMs)}: ${words.message}`;
  return words.output === "" ? { message } : { message, detail: words.output };
}

/** In the past tense, after "it": `exited with code 3`. */
export function exitWords(exit: Exit): string {
  return exit.kind === "code" ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
}

/** In the past tense, after "it". */
export function failureWords(why: CandidateFailure): string {
  switch (why.kind) {
    case "spawn":
      return `could not be started: ${why.reason}`;
    case "exited":
      return exitWords(why.exit);
    case "ready-timeout": {
      const last = why.lastAnswer === null ? "" : ` (last: ${why.lastAnswer})`;
      return `was not ready in ${formatDuration(why.afterMs)}${last}`;
    }
    case "unhealthy":
      return `was unhealthy: ${why.detail}`;
    default:
      return unreachable(why);
  }
}

function fileList(files: readonly string[]): string {
  if (files.length === 0) return "the watched files";
  const shown = files.slice(0, 3).join(", ");
  return files.length > 3 ? `${shown} and ${files.length - 3} more` : shown;
}

const short = (artifact: Artifact): string => artifact.id;

const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
