import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";

/** A program at `app/main` that is replaced, and the versions that take its place. */
export interface ReplacedFile {
  /** `app/main` */
  readonly path: string;
  /** The next version, on the same file system. */
  source(round: number): string;
  /** A fresh copy of the next version on the other file system. */
  elsewhere(round: number): string;
  /** Put it back to a whole file. */
  reset(): void;
}

/** Long enough that copying it takes a moment; what follows the program in its file does not disturb it. */
const PADDING = "\0".repeat(4 * 1_024 * 1_024);

/** `sleep`, of which `main 0` ends at once and well, as a health check does, and `main 1000` runs. */
export function replacedFile(bench: LabBench): ReplacedFile {
  const { files, folder } = bench;
  files.makeFolder(`${folder}/app`);
  files.makeFolder(`${folder}/build`);
  const sources = ["a", "b"].map((name) => {
    const path = `${folder}/build/${name}`;
    files.copy("/bin/sleep", path);
    files.append(path, `${PADDING}${name}`);
    return path;
  });
  const path = `${folder}/app/main`;
  const source = (round: number): string => sources[round % 2] as string;
  const other = bench.otherFileSystem();
  files.copy(source(1), path);
  return {
    path,
    source,
    elsewhere(round) {
      const there = `${other}/main-${round}`;
      files.copy(source(round), there);
      return there;
    },
    reset() {
      files.remove(path);
      files.copy(source(1), path);
    },
  };
}

/** The ways in which people put a new program in the place of the old one. */
export type Method = (bench: LabBench, file: ReplacedFile, round: number) => Promise<RunEnd>;

export const byRename: Method = (bench, file, round) => {
  const beside = `${file.path}.new`;
  const script = 'cp "$1" "$2" && mv -f "$2" "$3"';
  return bench.processes.run(["sh", "-c", script, "sh", file.source(round), beside, file.path]);
};

export const byCp: Method = (bench, file, round) =>
  bench.processes.run(["cp", file.source(round), file.path]);

export const byMvAcross: Method = (bench, file, round) =>
  bench.processes.run(["mv", "-f", file.elsewhere(round), file.path]);

export const byRmAndCp: Method = (bench, file, round) => {
  const script = 'rm -f "$2" && cp "$1" "$2"';
  return bench.processes.run(["sh", "-c", script, "sh", file.source(round), file.path]);
};

export const byInstall: Method = (bench, file, round) =>
  bench.processes.run(["install", "-m", "755", file.source(round), file.path]);
