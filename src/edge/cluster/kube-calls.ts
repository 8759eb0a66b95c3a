import { fail, ok, type Result } from "#base/result.js";
import type { DurationMs } from "#base/time.js";
import type { CallFailure, Refusal } from "#model/kube/call-failure.js";
import { type KubectlEnd, runKubectl } from "./kubectl-run.js";

/** One question or order to a cluster, through kubectl. `input`: an object for its standard input. */
export type Call = (
  argv: readonly string[],
  options?: {
    readonly input?: object;
    readonly timeoutMs?: DurationMs;
    /** What is begun is done, even if somebody types Ctrl-C. */
    readonly detached?: true;
  },
) => Promise<Result<string, CallFailure>>;

/** null: kubectl's current ones. */
export interface ClusterPlace {
  readonly context: string | null;
  readonly namespace: string | null;
}

export function placeFlags({ context, namespace }: ClusterPlace): readonly string[] {
  return [
    ...(context === null ? [] : [`--context=${context}`]),
    ...(namespace === null ? [] : [`--namespace=${namespace}`]),
  ];
}

export function callsTo(place: ClusterPlace): Call {
  const where = placeFlags(place);
  return async (argv, { input, timeoutMs = CALL_MS, detached } = {}) =>
    outputOf(
      await runKubectl([...where, ...argv], {
        timeoutMs,
        ...(detached === undefined ? {} : { detached }),
        ...(input === undefined ? {} : { input: JSON.stringify(input) }),
      }),
    );
}

function outputOf(end: KubectlEnd): Result<string, CallFailure> {
  if (end.kind !== "ended") return fail({ kind: end.kind });
  if (end.code === 0) return ok(end.out);
  return fail({ kind: "refused", words: end.err, reason: refusalOf(end.err) });
}

/** kubectl tells the API's reason in brackets: `Error from server (NotFound): …`. */
function refusalOf(words: string): Refusal {
  const [, reason] = /^Error from server \((\w+)\)/m.exec(words) ?? [];
  if (reason === "NotFound") return "not-found";
  if (reason === "Forbidden") return "forbidden";
  return reason === "AlreadyExists" ? "exists" : "other";
}

/** An API server that does not answer is given up on. */
const CALL_MS = 30_000;
