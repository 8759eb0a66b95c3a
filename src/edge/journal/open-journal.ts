import type { Instant } from "#base/time.js";
import { type StoreFailure, storeFailure } from "#edge/store/store-failure.js";
import type { Notice } from "#model/notice.js";
import type { Journal } from "#ports/journal.js";
import { dropOlderEvents, type EventFile, openEventFile } from "./event-file.js";
import type { EventRecord } from "./event-record.js";

/** Keeps what was announced: in memory for `ctl events`, and in the store's `events.jsonl` beyond this process. */
export interface EventJournal extends Journal {
  /** The last events of this run, oldest first, at most 500. */
  recent(): readonly EventRecord[];
  /** Every event from now on, until the answer is called. */
  follow(listener: (event: EventRecord) => void): () => void;
  close(): void;
}

export interface JournalOptions {
  /** null: memory only. */
  readonly storeDir: string | null;
  /** Called once: from then on events are kept in memory only. */
  readonly onFailure: (failure: StoreFailure) => void;
  readonly bytesMax?: number;
}

const RECENT_MAX = 500;
const FILE_BYTES_MAX = 1 << 20;

export function openJournal(options: JournalOptions): EventJournal {
  return new FileJournal(options);
}

class FileJournal implements EventJournal {
  readonly #options: JournalOptions;
  readonly #recent: EventRecord[] = [];
  readonly #listeners = new Set<(event: EventRecord) => void>();
  #file: EventFile | null = null;
  #seq = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#withFile((dir) => {
      const header = { started: new Date().toISOString(), pid: process.pid };
      this.#file = openEventFile(dir, header, options.bytesMax ?? FILE_BYTES_MAX);
    });
  }

  announce(notice: Notice, at: Instant): void {
    this.#seq += 1;
    const time = new Date().toISOString();
    const event: EventRecord = { v: 1, seq: this.#seq, time, at, notice };
    this.#recent.push(event);
    if (this.#recent.length > RECENT_MAX) this.#recent.shift();
    if (this.#file !== null) this.#append(JSON.stringify(event));
    for (const listener of [...this.#listeners]) listener(event);
  }

  recent(): readonly EventRecord[] {
    return [...this.#recent];
  }

  follow(listener: (event: EventRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#file?.close();
    this.#file = null;
  }

  #append(line: string): void {
    this.#withFile((dir) => {
      try {
        this.#file?.append(line);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        dropOlderEvents(dir);
        this.#file?.append(line);
      }
    });
  }

  #withFile(act: (dir: string) => void): void {
    const { storeDir, onFailure } = this.#options;
    if (storeDir === null) return;
    try {
      act(storeDir);
    } catch (error) {
      this.#file = null;
      const failure = storeFailure(error, storeDir);
      setImmediate(() => onFailure(failure));
    }
  }
}
