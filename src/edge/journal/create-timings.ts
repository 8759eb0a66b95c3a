import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Notice } from "#model/notice.js";
import { addSample, TIMINGS_SCHEMA, type Timing, type TimingFile } from "#model/timing-file.js";
import { readTimings, writeTimings } from "./timing-store.js";

/** In seconds. `coldBuild`: the first build of a run, `coldStart`: from the start of hotpod to the first ready generation. */
export type TimingKey =
  | "build"
  | "coldBuild"
  | "coldStart"
  | "appStart"
  | "stopTime"
  | "drain"
  | "gap"
  /** In bytes. */
  | "rss"
  | "buildRss"
  | "artifact"
  | "gocache"
  /** Counts. */
  | "dirs"
  | "rollbackOk";

/** Measures what happens here, for the tools that judge a deployment by it. */
export interface Timings {
  /** Takes what a notice tells. */
  observe(notice: Notice): void;
  sample(key: TimingKey, value: number): void;
  /** What was measured here and in earlier runs. */
  read(): TimingFile;
  /** Writes what was not written yet; the last word before the process ends. */
  close(): void;
}

export interface TimingOptions {
  readonly storeDir: string;
  readonly cwd: string;
  readonly goVersion: string | null;
  /** Seconds since this process started. */
  readonly uptimeS?: () => number;
}

/** Written at most that often: a burst of builds is one write. */
const WRITE_MS = 2_000;

/** A store that cannot be written is no reason to complain: the journal has said so. */
export function createTimings(options: TimingOptions): Timings {
  return new TimingRecord(options);
}

class TimingRecord implements Timings {
  readonly #path: string;
  readonly #options: TimingOptions;
  readonly #goSumHash: string | null;
  readonly #timings: Record<string, Timing>;
  #date = new Date().toISOString();
  #write: NodeJS.Timeout | null = null;
  #built = false;
  #promoted = false;

  constructor(options: TimingOptions) {
    this.#options = options;
    this.#path = join(options.storeDir, "timings.json");
    this.#goSumHash = hashOf(join(options.cwd, "go.sum"));
    this.#timings = { ...readTimings(this.#path)?.timings };
  }

  observe(notice: Notice): void {
    switch (notice.kind) {
      case "build-succeeded":
        this.sample(this.#built ? "build" : "coldBuild", notice.tookMs / 1_000);
        this.#built = true;
        return;
      case "generation-ready":
        this.sample("appStart", notice.tookMs / 1_000);
        return;
      case "promoted":
        if (!this.#promoted)
          this.sample("coldStart", this.#options.uptimeS?.() ?? process.uptime());
        this.#promoted = true;
        return;
      case "drain-ended":
        if (!notice.killed) this.sample("drain", notice.tookMs / 1_000);
        this.sample("stopTime", notice.tookMs / 1_000);
        return;
      case "rolled-back":
        this.sample("rollbackOk", 1);
        return;
    }
  }

  sample(key: TimingKey, value: number): void {
    if (!Number.isFinite(value) || value < 0) return;
    this.#timings[key] = addSample(this.#timings[key], value);
    this.#date = new Date().toISOString();
    this.#write ??= setTimeout(() => this.#flush(), WRITE_MS).unref();
  }

  read(): TimingFile {
    return {
      schema: TIMINGS_SCHEMA,
      date: this.#date,
      cores: availableParallelism(),
      goVersion: this.#options.goVersion,
      goSumHash: this.#goSumHash,
      timings: { ...this.#timings },
    };
  }

  close(): void {
    if (this.#write !== null) this.#flush();
  }

  #flush(): void {
    if (this.#write !== null) clearTimeout(this.#write);
    this.#write = null;
    try {
      writeTimings(this.#path, this.read());
    } catch {
      return;
    }
  }
}

function hashOf(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}
