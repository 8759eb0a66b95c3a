import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";

const PATIENCE_MS = 60_000;
const ASKS = 20;

/** What became of a candidate that cannot run, and of those who asked meanwhile. */
export interface BadCandidate {
  /** Why it does not serve, by hotpod's own word. */
  readonly outcome: string;
  /** Generations that were started for it. */
  readonly started: number;
  readonly asks: number;
  /** Requests that the version before did not answer. */
  readonly unanswered: number;
}

/** Saves a candidate that cannot run, waits for hotpod's word on it, and asks as a client does. */
export async function badCandidate(
  bench: LabBench,
  { notices, port }: LabHotpod,
  save: () => void,
): Promise<BadCandidate> {
  const question = { port, path: "/", timeoutMs: PATIENCE_MS };
  const version = async (): Promise<string | null> => {
    const end = await bench.network.ask(question);
    return end.kind === "answered" ? end.body : null;
  };
  const before = await version();
  const from = notices.items.length;
  save();
  const isRefused = ({ kind }: { kind: string }): boolean =>
    kind === "build-failed" || kind === "candidate-failed";
  const notice = await notices.until("the refusal", isRefused, from, PATIENCE_MS);
  const isStarted = ({ kind }: { kind: string }): boolean => kind === "generation-started";
  const started = notices.items.slice(from).filter(isStarted).length;
  let unanswered = 0;
  for (let ask = 0; ask < ASKS; ask += 1) if ((await version()) !== before) unanswered += 1;
  return { outcome: reasonOf(notice), started, asks: ASKS, unanswered };
}

function reasonOf(notice: LabHotpod["notices"]["items"][number]): string {
  if (notice.kind === "build-failed") {
    return "detail" in notice.failure ? notice.failure.detail : notice.failure.output;
  }
  if (notice.kind !== "candidate-failed") return notice.kind;
  const { why } = notice;
  if (why.kind === "spawn") return why.reason;
  if (why.kind !== "exited") return why.kind;
  return why.exit.kind === "code" ? `exited with ${why.exit.code}` : why.exit.signal;
}
