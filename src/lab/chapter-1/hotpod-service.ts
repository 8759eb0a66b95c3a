import { GO_SERVICE, versionTrailer } from "#lab/programs/go-service.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";

/** A Go service under the real `hotpod run`, whose new versions are files that take the place of one another. */
export interface HotpodService {
  readonly hotpod: LabHotpod;
  /** Saves that version and waits until a generation of it serves, and until the one before has ended. */
  update(version: string): Promise<void>;
  /** Puts these bytes where versions are saved. */
  save(prepare: (path: string) => void): void;
  saveVersion(version: string): void;
}

/** `args`: further flags of `hotpod run`. `source`: of the service, where it is another one. */
export async function hotpodService(
  bench: LabBench,
  args: readonly string[] = [],
  { source = GO_SERVICE, env = {} }: { source?: string; env?: Record<string, string> } = {},
): Promise<HotpodService> {
  const { files, folder } = bench;
  const program = await bench.goProgram("service", source);
  const cwd = `${folder}/service`;
  files.makeFolder(cwd);
  const save = (prepare: (path: string) => void): void => {
    const beside = `${folder}/next`;
    files.remove(beside);
    prepare(beside);
    files.rename(beside, `${cwd}/app.bin`);
  };
  const version = (name: string) => (path: string) => {
    files.copy(program, path);
    files.append(path, versionTrailer(name));
  };
  save(version("v1"));
  const hotpod = await bench.hotpod({
    ...{ cwd, env },
    args: [
      ...["--recipe", "command", "--build-command", "cp app.bin {artifact}"],
      ...["--watch", "app.bin", "--linger", "100ms", ...args],
    ],
  });
  return {
    hotpod,
    save,
    saveVersion: (name) => save(version(name)),
    async update(name) {
      const from = hotpod.notices.items.length;
      save(version(name));
      const { notices } = hotpod;
      await notices.until(name, ({ kind }) => kind === "promoted", from, SWAP_MS);
      await notices.until(`${name} drained`, ({ kind }) => kind === "drain-ended", from, SWAP_MS);
    },
  };
}

const SWAP_MS = 60_000;
