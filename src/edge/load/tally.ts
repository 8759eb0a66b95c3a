import { Histogram } from "./histogram.js";
import type { LoadSummary, Stretch, VersionSpan } from "./load-summary.js";
import { Timeline } from "./timeline.js";
import type { VersionSequence } from "./version-sequence.js";

/** Why a request counts as failed. The generator never retries: one failure here is one client that saw it. */
export type FailureReason =
  /** No connection: nobody listens. */
  | "refused"
  /** RST, before or during the answer. */
  | "reset"
  /** The request was sent, the connection ended without one byte of answer. */
  | "unanswered"
  /** The answer stopped half-way. */
  | "cut"
  | "wrong-status"
  /** Not HTTP, or more bytes than announced. */
  | "malformed"
  /** Whole by length, but its checksum or its version says otherwise. */
  | "wrong-body"
  | "timeout"
  /** The generator's own machine said no (no free port, no descriptor). */
  | "local";

export type Stream = "kept" | "fresh";

/** Collects what the clients saw. Instants are milliseconds since the load began. */
export class Tally {
  readonly #streams = { kept: new StreamTally(), fresh: new StreamTally() };
  readonly #failures = new Map<FailureReason, { count: number; first: FailureExample }>();
  readonly #versions = new Map<string, { firstMs: number; lastMs: number; requests: number }>();
  readonly #sequences = new Map<string, number>();
  readonly #backwards: string[] = [];
  readonly #timeline = new Timeline();
  readonly #onNewVersion: (version: string, atMs: number) => void;
  #backwardsCount = 0;
  #lastSuccessMs = 0;
  #longestGap: Stretch = { fromMs: 0, toMs: 0 };
  #bytes = 0;

  constructor(onNewVersion: (version: string, atMs: number) => void) {
    this.#onNewVersion = onNewVersion;
  }

  opened(stream: Stream): void {
    this.#streams[stream].opened += 1;
  }

  closedPolitely(stream: Stream): void {
    this.#streams[stream].politeCloses += 1;
  }

  succeeded(stream: Stream, answer: Success): void {
    const tally = this.#streams[stream];
    tally.succeeded += 1;
    tally.latency.record(answer.latencyMs);
    this.#bytes += answer.bytes;
    this.#endGap(answer.atMs);
    this.#lastSuccessMs = answer.atMs;
    this.#timeline.succeeded(answer.atMs, answer.latencyMs);
    this.#seen(answer.version, answer.atMs);
  }

  failed(stream: Stream, reason: FailureReason, example: FailureExample): void {
    this.#streams[stream].failed += 1;
    this.#timeline.failed(example.atMs);
    const known = this.#failures.get(reason);
    if (known === undefined) this.#failures.set(reason, { count: 1, first: example });
    else known.count += 1;
  }

  /** A connection has ended: what it saw in its life. */
  sequence(seen: VersionSequence): void {
    const text = seen.text();
    if (text === "") return;
    if (seen.wentBackwards()) {
      this.#backwardsCount += 1;
      if (this.#backwards.length < EXAMPLES) this.#backwards.push(text);
    }
    if (this.#sequences.has(text) || this.#sequences.size < SEQUENCES) {
      this.#sequences.set(text, (this.#sequences.get(text) ?? 0) + 1);
    }
  }

  summary(nowMs: number): LoadSummary {
    this.#endGap(nowMs);
    const { kept, fresh } = this.#streams;
    return {
      format: "hotpod.load/v1",
      tookMs: Math.round(nowMs),
      requests: kept.requests() + fresh.requests(),
      succeeded: kept.succeeded + fresh.succeeded,
      failed: kept.failed + fresh.failed,
      failures: [...this.#failures].map(([reason, { count, first }]) => ({ reason, count, first })),
      kept: kept.summary(),
      fresh: fresh.summary(),
      versions: this.#versionSpans(),
      backwards: this.#backwardsCount,
      backwardsExamples: this.#backwards,
      sequences: [...this.#sequences].map(([versions, connections]) => ({ versions, connections })),
      longestGapMs: Math.round((this.#longestGap.toMs - this.#longestGap.fromMs) * 10) / 10,
      longestGap: this.#longestGap,
      bytes: this.#bytes,
      timeline: this.#timeline.summary(),
    };
  }

  counts(): { readonly requests: number; readonly failed: number } {
    const { kept, fresh } = this.#streams;
    return { requests: kept.requests() + fresh.requests(), failed: kept.failed + fresh.failed };
  }

  #endGap(atMs: number): void {
    const longest = this.#longestGap.toMs - this.#longestGap.fromMs;
    if (atMs - this.#lastSuccessMs > longest) {
      this.#longestGap = { fromMs: this.#lastSuccessMs, toMs: atMs };
    }
  }

  #seen(version: string, atMs: number): void {
    const span = this.#versions.get(version);
    if (span !== undefined) {
      span.lastMs = atMs;
      span.requests += 1;
      return;
    }
    if (this.#versions.size >= VERSIONS) return;
    this.#versions.set(version, { firstMs: atMs, lastMs: atMs, requests: 1 });
    this.#onNewVersion(version, atMs);
  }

  #versionSpans(): readonly VersionSpan[] {
    return [...this.#versions].map(([version, span]) => ({ version, ...span }));
  }
}

export interface Success {
  readonly atMs: number;
  readonly latencyMs: number;
  readonly bytes: number;
  readonly version: string;
}

export interface FailureExample {
  readonly atMs: number;
  readonly detail: string;
}

class StreamTally {
  readonly latency = new Histogram();
  opened = 0;
  politeCloses = 0;
  succeeded = 0;
  failed = 0;

  requests(): number {
    return this.succeeded + this.failed;
  }

  summary() {
    return {
      opened: this.opened,
      politeCloses: this.politeCloses,
      requests: this.requests(),
      failed: this.failed,
      latencyMs: this.latency.summary(),
    };
  }
}

const EXAMPLES = 8;
const SEQUENCES = 64;
const VERSIONS = 4096;
