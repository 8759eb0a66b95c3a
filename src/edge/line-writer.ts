import { write } from "node:fs";

/** What is kept for a reader that does not read. Beyond it the oldest lines give way to a count. */
const PENDING_BYTES_MAX = 1_000_000;

/**
 * Writes lines to a descriptor without ever making the loop wait: whoever reads the log may stop reading, or be gone,
 * and the service goes on being supervised.
 */
export class LineWriter {
  readonly #fd: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #dropped = 0;
  #writing = false;
  /** The reader is gone (EPIPE) or the descriptor is closed: nothing can be said any more. */
  #gone = false;
  #whenIdle: (() => void)[] = [];

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(line: string): void {
    if (this.#gone) return;
    const bytes = Buffer.from(`${line}\n`);
    while (this.#pendingBytes + bytes.length > PENDING_BYTES_MAX && this.#pending.length > 0) {
      this.#pendingBytes -= this.#pending.shift()?.length ?? 0;
      this.#dropped++;
    }
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (!this.#writing) this.#next();
  }

  /** Data that was asked for: nothing of it is dropped. Resolves when there is room for more, however slowly it is read. */
  async data(line: string): Promise<void> {
    if (this.#pendingBytes + line.length > PENDING_BYTES_MAX / 4) await this.drained();
    this.write(line);
  }

  /** Once everything is written, or the reader is gone. */
  drained(): Promise<void> {
    if (!this.#writing) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  /** True once everything is written or the reader is gone; false when `timeoutMs` is over before. */
  flushed(timeoutMs: number): Promise<boolean> {
    if (!this.#writing) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#whenIdle.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #next(): void {
    if (this.#dropped > 0) {
      this.#pending.unshift(
        Buffer.from(`hotpod: ${this.#dropped} log lines lost: nobody read them\n`),
      );
      this.#dropped = 0;
    }
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (bytes.length === 0) {
      this.#writing = false;
      for (const resolve of this.#whenIdle.splice(0)) resolve();
      return;
    }
    this.#writing = true;
    this.#put(bytes, 0);
  }

  #put(bytes: Buffer, offset: number): void {
    write(this.#fd, bytes, offset, bytes.length - offset, null, (error, written) => {
      if (error?.code === "EAGAIN") {
        setTimeout(() => this.#put(bytes, offset), 20);
        return;
      }
      if (error !== null) this.#gone = true;
      if (this.#gone) this.#pending = [];
      if (error === null && offset + written < bytes.length) this.#put(bytes, offset + written);
      else this.#next();
    });
  }
}
