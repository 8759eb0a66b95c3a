import { GO_SERVICE } from "#lab/programs/go-service.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";
import { type MountedVolume, mountedVolume } from "./mounted-volume.js";

/** A service under the real `hotpod run` that is built from a file and a mounted ConfigMap; its version is what the two say. */
export interface BuiltUnderHotpod {
  readonly hotpod: LabHotpod;
  /** Says `version = "v1"` at first. */
  readonly source: string;
  /** Its file `limit` says `limit = "l1"` at first. */
  readonly volume: MountedVolume;
  /** Resolves when the next swap is over, counted from `from` of hotpod's notices; false: there was none for a long time. */
  swapped(from: number): Promise<boolean>;
  /** What a client is answered: `v1-l1`. */
  answer(): Promise<string>;
}

/** `args`: further flags of `hotpod run`. */
export async function builtUnderHotpod(
  bench: LabBench,
  args: readonly string[],
): Promise<BuiltUnderHotpod> {
  const { files, folder } = bench;
  const cwd = `${folder}/service`;
  files.makeFolder(`${cwd}/source`);
  files.copy(await bench.goProgram("service", GO_SERVICE), `${folder}/program`);
  const source = `${cwd}/source/f`;
  files.write(source, 'version = "v1"\n');
  const volume = mountedVolume(files, `${cwd}/volume`, { limit: 'limit = "l1"\n' });
  files.write(`${folder}/build.sh`, BUILD);
  const hotpod = await bench.hotpod({
    cwd,
    args: [
      ...["--recipe", "command", "--build-command", `sh ${folder}/build.sh {artifact} ${folder}`],
      ...["--watch", "source", "--watch", "volume", "--linger", "100ms", ...args],
    ],
  });
  return {
    ...{ hotpod, source, volume },
    async swapped(from) {
      const next = (kind: string) =>
        hotpod.notices.until(kind, (notice) => notice.kind === kind, from, PATIENCE_MS);
      return next("promoted")
        .then(() => next("drain-ended"))
        .then(
          () => true,
          () => false,
        );
    },
    async answer() {
      const question = { port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS };
      const end = await bench.network.ask(question);
      return end.kind === "answered" ? end.body.trim() : end.kind;
    },
  };
}

/** Builds from what it finds at once, as a compiler does; from nothing it builds nothing. */
const BUILD = `
version=$(sed -n 's/^version = "\\(.*\\)"$/\\1/p' source/f)
limit=$(sed -n 's/^limit = "\\(.*\\)"$/\\1/p' volume/limit)
if [ -z "$version" ] || [ -z "$limit" ]; then
  echo "there is nothing to build from" >&2
  exit 1
fi
cp "$2/program" "$1" && printf '%-16s' "$version-$limit" >> "$1"
`;

const PATIENCE_MS = 30_000;
