import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";
import { INOTIFY_READER } from "./inotify-reader.js";

/** What two watches heard between two marks: one of a folder, one of a file in it. */
export interface Told {
  readonly folder: readonly Heard[];
  readonly file: readonly Heard[];
}

export interface Heard {
  /** `MOVED_TO name`; of the watch on a file without the name. */
  readonly event: string;
  readonly atMs: number;
}

export interface KernelWatch {
  /** Everything that was told since the mark before. */
  mark(): Promise<Told>;
}

/** Watches the folder, and the file by a watch of its own. Resolves once both are set. */
export async function watchByKernel(
  bench: LabBench,
  folder: string,
  file: string,
): Promise<KernelWatch> {
  const program = await bench.goProgram("inotify-reader", INOTIFY_READER);
  const reader: LabProcess = await bench.processes.start([program, folder, file]);
  await reader.lines.until("watches", ({ text }) => text === "watching", 0, PATIENCE_MS);
  let [marks, read] = [0, 1];
  return {
    async mark() {
      marks += 1;
      bench.files.write(`${folder}/mark-${marks}`, "");
      const isMark = ({ text }: { text: string }): boolean => text === `mark ${marks}`;
      await reader.lines.until(`mark ${marks}`, isMark, read, PATIENCE_MS);
      const { items } = reader.lines;
      const end = items.findIndex((line, index) => index >= read && isMark(line));
      const between = items.slice(read, end);
      read = end + 1;
      return { folder: heardBy("folder", between), file: heardBy("file", between) };
    },
  };
}

type Line = LabProcess["lines"]["items"][number];

/** An opening is nothing that tools watch for. */
function heardBy(watch: string, lines: readonly Line[]): readonly Heard[] {
  return lines.flatMap(({ text, atMs }) => {
    const event = text.startsWith(`${watch} `) ? text.slice(watch.length + 1).trim() : "OPEN";
    return event.startsWith("OPEN") ? [] : [{ event, atMs }];
  });
}

const PATIENCE_MS = 60_000;
