import { isatty } from "node:tty";

/** Where a person looks. */
export interface Screen {
  /** Lines that stay. */
  print(text: string): void;
  /** Lines that the next call of either kind replaces. Without a terminal they are not shown. */
  show(lines: readonly string[]): void;
  readonly terminal: boolean;
  readonly columns: number;
}

export function openScreen(write: (line: string) => void): Screen {
  const terminal = isatty(1);
  let shown = 0;
  // Back to the first line that is to be replaced, and everything below it cleared.
  const back = (): string => (shown > 0 ? `\x1b[${shown}A\x1b[0J` : "");
  return {
    terminal,
    columns: process.stdout.columns ?? 100,
    print: (text) => {
      write(`${back()}${text}`);
      shown = 0;
    },
    show: (lines) => {
      if (!terminal) return;
      write(`${back()}${lines.join("\n")}`);
      shown = lines.length;
    },
  };
}
