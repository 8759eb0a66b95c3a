import { formatDuration } from "#base/time.js";
import type { ConfigOutcome } from "#model/followed-config.js";

/** What `hotpod push config` did, and what came of it. `--format json` prints it. */
export interface PushReport {
  readonly configMap: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly change: KeyChanges;
  /** False: it held all of this already. */
  readonly updated: boolean;
  /** When the update began, RFC 3339; null: there was none. */
  readonly updatedAt: string | null;
  readonly outcomes: readonly PushOutcome[];
  /** Every pod that reads it has reported it. */
  readonly good: boolean;
  /** From the update of the ConfigMap to the last report. */
  readonly tookMs: number;
}

export interface KeyChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly same: readonly string[];
}

/** Of one place in one container. */
export interface PushOutcome {
  readonly pod: string;
  readonly container: string;
  readonly path: string;
  readonly state:
    | ConfigOutcome["state"]
    /** Read at the container's start only. */
    | "fixed"
    /** Nobody in the container can be asked. */
    | "unknown"
    /** The new content holds no such file any more. */
    | "removed"
    /** Not waited for: a dry run, or what is read here did not change. */
    | "untouched";
  readonly action: string | null;
  readonly detail: string | null;
  /** From the update of the ConfigMap; null: there was nothing to wait for. */
  readonly tookMs: number | null;
}

export function keysText({ added, changed, removed, same }: KeyChanges): string {
  const lines = [
    ...added.map((key) => `  + ${key}`),
    ...changed.map((key) => `  ~ ${key}`),
    ...removed.map((key) => `  - ${key}`),
  ];
  const rest = same.length === 0 ? [] : [`    ${same.length} ${keys(same.length)} as before`];
  return [...lines, ...rest].join("\n");
}

const keys = (count: number): string => (count === 1 ? "key" : "keys");

export function outcomeText(outcome: PushOutcome): string {
  const { pod, container, path, tookMs } = outcome;
  const at = tookMs === null ? "" : ` after ${formatDuration(tookMs)}`;
  const mark = MARKS[outcome.state] ?? "✓";
  const place = path === "" ? `${pod}/${container}` : `${pod}/${container} ${path}`;
  return `${mark} ${place}: ${wordsFor(outcome)}${at}${detailText(outcome.detail)}`;
}

export function pushText({ outcomes, good, tookMs, dryRun }: PushReport): string {
  if (dryRun) return "dry run: nothing was changed";
  if (outcomes.length === 0) return "no running pod reads it: new pods start with it";
  const pods = new Set(outcomes.map(({ pod }) => pod)).size;
  const all = pods === 1 ? "the pod has" : `all ${pods} pods have`;
  return good
    ? `${all} reported it, ${formatDuration(tookMs)} after the update`
    : `not every pod has reported it: see the lines that begin with ✗ and ?`;
}

/** `hotpod ctl config --wait`. */
export function waitedText({ path, hash, state, action, detail }: ConfigOutcome): string {
  const mark = MARKS[state] ?? "✓";
  return `${mark} ${path} ${hash ?? "unreadable"}: ${stateWords(state, action)}${detailText(detail)}`;
}

const MARKS: Partial<Readonly<Record<PushOutcome["state"], string>>> = {
  late: "✗",
  refused: "✗",
  fixed: "✗",
  unknown: "?",
  untouched: "·",
  removed: "·",
};

function wordsFor({ state, action }: PushOutcome): string {
  switch (state) {
    case "fixed":
      return "read at the container's start only: start the pod anew (kubectl rollout restart)";
    case "unknown":
      return "nobody there can be asked";
    case "removed":
      return "the new content has no such file";
    case "untouched":
      return action === null ? "nothing is followed here" : `followed: ${action}`;
    default:
      return stateWords(state, action);
  }
}

function stateWords(state: ConfigOutcome["state"], action: string | null): string {
  switch (state) {
    case "counts":
      return "hotpod's settings count";
    case "serves":
      return "a generation serves that has read it";
    case "told":
      return `the service was sent ${action}`;
    case "answered":
      return `the service answered ${action}`;
    case "delivered":
      return "delivered; hotpod does not follow it";
    case "asked":
    case "starting":
      return "under way";
    case "refused":
      return "refused";
    case "late":
      return "not in time";
  }
}

const detailText = (detail: string | null): string =>
  detail === null || detail === "" ? "" : `\n    ${detail.replaceAll("\n", "\n    ")}`;
