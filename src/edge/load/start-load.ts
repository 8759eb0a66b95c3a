import { LoadConnection } from "./load-connection.js";
import type { LoadPlan } from "./load-plan.js";
import type { LoadSummary } from "./load-summary.js";
import { readVersion } from "./read-version.js";
import type { HttpAnswer } from "./response-parser.js";
import { type FailureReason, type Stream, Tally } from "./tally.js";

/** Load under way. */
export interface LoadRun {
  counts(): { readonly requests: number; readonly failed: number };
  summary(): LoadSummary;
  /** Sends nothing new, waits for what is under way (at most the request timeout), then sums up. */
  stop(): Promise<LoadSummary>;
}

/** Begins at once. `onNewVersion` hears of each version token when it is seen for the first time. */
export function startLoad(
  plan: LoadPlan,
  onNewVersion: (version: string, atMs: number) => void,
): LoadRun {
  const load = new Load(plan, onNewVersion);
  load.start();
  return load;
}

class Load implements LoadRun {
  readonly #plan: LoadPlan;
  readonly #tally: Tally;
  readonly #beganMs = performance.now();
  readonly #live = new Set<LoadConnection>();
  readonly #request: Record<Stream, Buffer>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #launched = 0;
  #stopped: ((summary: LoadSummary) => void) | null = null;

  constructor(plan: LoadPlan, onNewVersion: (version: string, atMs: number) => void) {
    this.#plan = plan;
    this.#tally = new Tally(onNewVersion);
    const head = `GET ${plan.path} HTTP/1.1\r\nHost: ${plan.hostHeader}\r\n`;
    this.#request = {
      kept: Buffer.from(`${head}\r\n`),
      fresh: Buffer.from(`${head}Connection: close\r\n\r\n`),
    };
  }

  start(): void {
    for (let slot = 0; slot < this.#plan.connections; slot += 1) this.#openKept();
    if (this.#plan.ratePerSecond > 0) this.#launchDue();
    const sweep = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#timers.add(sweep);
  }

  counts() {
    return this.#tally.counts();
  }

  summary(): LoadSummary {
    return this.#tally.summary(this.#now());
  }

  stop(): Promise<LoadSummary> {
    return new Promise((resolve) => {
      this.#stopped = resolve;
      for (const connection of this.#live) if (!connection.isWaiting()) connection.finish();
      this.#settle();
    });
  }

  #now(): number {
    return performance.now() - this.#beganMs;
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  #openKept(): void {
    if (this.#stopped !== null) return;
    this.#open("kept", this.#now(), {
      next: (connection) => {
        const { thinkMs } = this.#plan;
        if (thinkMs === 0) this.#send(connection, "kept", this.#now());
        else this.#after(thinkMs, () => this.#send(connection, "kept", this.#now()));
      },
      over: (harmed) => {
        // One who is refused asks again soon, but not in a busy loop: that would measure itself.
        if (harmed) this.#after(REOPEN_MS, () => this.#openKept());
        else this.#openKept();
      },
    });
  }

  #launchDue(): void {
    if (this.#stopped !== null) return;
    const everyMs = 1_000 / this.#plan.ratePerSecond;
    while (this.#launched * everyMs <= this.#now()) {
      const intendedMs = this.#launched * everyMs;
      this.#launched += 1;
      this.#open("fresh", intendedMs, {
        next: (connection) => connection.finish(),
        over: () => {},
      });
    }
    this.#after(Math.max(1, this.#launched * everyMs - this.#now()), () => this.#launchDue());
  }

  #open(
    stream: Stream,
    dueMs: number,
    then: { next(connection: LoadConnection): void; over(harmed: boolean): void },
  ): void {
    const over = (connection: LoadConnection, harmed: boolean): void => {
      this.#live.delete(connection);
      if (stream === "kept") this.#tally.sequence(connection.versions);
      then.over(harmed);
      this.#settle();
    };
    const connection = new LoadConnection(this.#plan, dueMs, {
      connected: (opened) => {
        this.#tally.opened(stream);
        this.#send(opened, stream, dueMs);
      },
      answered: (answering, answer) => {
        if (!this.#judge(answering, stream, answer)) return;
        if (!answer.keepAlive && stream === "kept") this.#tally.closedPolitely(stream);
        if (!answer.keepAlive || this.#stopped !== null) answering.finish();
        else then.next(answering);
      },
      ended: (ended) => over(ended, false),
      failed: (failing, reason, detail) => {
        this.#fail(stream, reason, detail);
        over(failing, true);
      },
    });
    this.#live.add(connection);
  }

  #send(connection: LoadConnection, stream: Stream, dueMs: number): void {
    if (!this.#live.has(connection)) return;
    if (this.#stopped !== null) connection.finish();
    else connection.send(this.#request[stream], dueMs);
  }

  /** True when the answer is good and the connection may go on. */
  #judge(connection: LoadConnection, stream: Stream, answer: HttpAnswer): boolean {
    if (answer.status !== 200) {
      // A whole answer with a bad status leaves the connection usable: only this request failed.
      this.#fail(stream, "wrong-status", `status ${answer.status}`);
      return true;
    }
    const reading = readVersion(answer.body, this.#plan.proof);
    if (reading.kind === "broken") {
      connection.giveUp("wrong-body", reading.detail);
      return false;
    }
    connection.versions.add(reading.version);
    const atMs = this.#now();
    const latencyMs = atMs - connection.dueMs;
    this.#tally.succeeded(stream, {
      atMs,
      latencyMs,
      bytes: answer.body.length,
      version: reading.version,
    });
    return true;
  }

  #fail(stream: Stream, reason: FailureReason, detail: string): void {
    this.#tally.failed(stream, reason, { atMs: Math.round(this.#now()), detail });
  }

  #sweep(): void {
    const latest = this.#now() - this.#plan.timeoutMs;
    for (const connection of this.#live) {
      if (connection.isWaiting() && connection.dueMs < latest) {
        connection.giveUp("timeout", `no whole answer within ${this.#plan.timeoutMs} ms`);
      }
    }
  }

  #settle(): void {
    if (this.#stopped === null || this.#live.size > 0) return;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const resolve = this.#stopped;
    resolve(this.summary());
  }
}

const SWEEP_MS = 100;
const REOPEN_MS = 10;
