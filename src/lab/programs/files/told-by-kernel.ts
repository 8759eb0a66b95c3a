import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";
import { INOTIFY_READER } from "./inotify-reader.js";

/** What two watches heard between two marks: one of a folder, one of a file in it. */
export interface Told {
  /** `MOVED_TO name`, also OPEN. */
  readonly folder: readonly string[];
  readonly file: readonly string[];
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
      const lines = reader.lines.items.map(({ text }) => text);
      const end = lines.indexOf(`mark ${marks}`, read);
      const between = lines.slice(read, end);
      read = end + 1;
      return { folder: heardBy("folder", between), file: heardBy("file", between) };
    },
  };
}

function heardBy(watch: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) =>
    line.startsWith(`${watch} `) ? [line.slice(watch.length + 1).trim()] : [],
  );
}

const PATIENCE_MS = 60_000;
