import type { DurationMs } from "#base/time.js";
import type { HttpTarget } from "#config/settings.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { Emit } from "#ports/emit.js";
import { probeAccept } from "./accept-probe.js";
import { askHttp, type HttpQuestion } from "./http-ask.js";

const ASK_EVERY_MS: DurationMs = 50;
/** A request waits in the accept queue until the service comes for it: asking again would not be faster. */
const ASK_TIMEOUT_MS: DurationMs = 2_000;

export interface ReadinessSources {
  readonly libc: Libc;
  readonly listeners: OwnListeners;
  readonly http: HttpTarget | null;
  readonly emit: Emit;
  /** Whether this generation holds the server's side of a connection; null: nobody can tell. */
  readonly holds: HttpQuestion["holds"];
}

/** Looks for signs that a generation is ready until the function it answers is called. */
export function watchReadiness(sources: ReadinessSources, generation: GenerationId): () => void {
  const { libc, listeners, http, emit } = sources;
  const stopped = new AbortController();
  let seen = false;
  const acceptingSeen = () => {
    if (seen || stopped.signal.aborted) return;
    seen = true;
    emit({ kind: "accepting-seen", generation });
  };
  const stops: (() => void)[] = [() => stopped.abort()];
  if (http !== null) {
    const pause = askUntil(stopped.signal, async () => {
      const answer = await askHttp({
        reach: listeners.reach(generation, http.port),
        path: http.path,
        timeoutMs: ASK_TIMEOUT_MS,
        cancelled: stopped.signal,
        holds: sources.holds,
      });
      if (stopped.signal.aborted) return;
      if (answer.answered) acceptingSeen();
      const { good, detail } = answer;
      emit({ kind: "ready-answered", generation, good, detail });
    });
    stops.push(pause);
  } else {
    const look = (): void => {
      const reach = listeners.reachFirst(generation);
      // Without a socket that is this generation's alone there is nothing to ask: its process runs.
      if (reach === null) acceptingSeen();
      else {
        const waiting = () => listeners.waiting(generation);
        stops.push(probeAccept(libc, reach, waiting, acceptingSeen));
      }
    };
    const immediate = setImmediate(() => {
      if (stopped.signal.aborted) return;
      if (listeners.onReachable === undefined) look();
      else stops.push(listeners.onReachable(generation, look));
    });
    stops.push(() => clearImmediate(immediate));
  }
  return () => {
    for (const stop of stops) stop();
  };
}

/** Asks, waits a little, asks again. Answers a function that ends it between two questions. */
function askUntil(stopped: AbortSignal, ask: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  const next = async (): Promise<void> => {
    await ask();
    if (!stopped.aborted) timer = setTimeout(next, ASK_EVERY_MS);
  };
  void next();
  return () => clearTimeout(timer);
}
