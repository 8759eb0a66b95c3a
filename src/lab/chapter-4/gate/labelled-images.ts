import { rfc3339Seconds } from "#base/rfc3339.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import type { GoRepository, ImageConfig } from "./go-repository.js";

export interface LabelledImage {
  readonly name: string;
  readonly layout: string;
  /** It holds the program of the checkout's commit, for its own machine, by the Go that its label names. */
  readonly isRight: boolean;
}

const CREATED = "org.opencontainers.image.created";
const GO = "go.version";

/** The commits are from 12:00. */
const BUILT = "2024-05-01T12:05:00Z";
const LATER = "2024-05-01T14:05:00Z";
const EPOCH = "1970-01-01T00:00:00Z";

export async function labelledImages(
  bench: LabBench,
  repository: GoRepository,
): Promise<readonly LabelledImage[]> {
  const { build, goVersion, architectures } = repository;
  const flags = ["-trimpath"];
  const right = await build("right", flags);
  const older = await build("older", flags, { cwd: await repository.clone("clone", "HEAD~1") });
  const labels = { [CREATED]: BUILT, [GO]: goVersion };
  const usual: ImageConfig = { created: BUILT, labels };
  const made: LabelledImage[] = [];
  const add = async (name: string, isRight: boolean, program: string, of: ImageConfig) => {
    const layout = await repository.image(`image-${made.length}`, program, of);
    made.push({ name, layout, isRight });
  };
  await add("good", true, right, usual);
  await add("no labels", true, right, { created: BUILT });
  await add("other times", true, right, { created: LATER, labels });
  await add("reproducible", true, right, { created: EPOCH, labels });
  await add("no symbols", true, await build("bare", [...flags, "-ldflags=-s -w"]), usual);
  const env = { GOARCH: architectures.other };
  await add("other machine", false, await build("other", flags, { env }), usual);
  await add("other Go", false, await byOtherGo(bench, right, goVersion), usual);
  await add("other commit", false, older, usual);
  const unstamped = await build("unstamped", [...flags, "-buildvcs=false"]);
  await add("no commit", false, unstamped, usual);
  return made;
}

/** As another release of Go would have stamped it: this machine has only one. */
async function byOtherGo(
  { files, folder, processes }: LabBench,
  program: string,
  version: string,
): Promise<string> {
  const other = version.replace(/\d$/, (digit) => `${(Number(digit) + 9) % 10}`);
  const path = `${folder}/by-other-go`;
  files.copy(program, path);
  const script = `s/${version.replaceAll(".", "\\.")}/${other}/g`;
  const end = await processes.run(["sed", "-i", script, path], { env: { LC_ALL: "C" } });
  if (end.code !== 0) throw new Error(`sed failed: ${end.stderr}`);
  return path;
}

interface Config {
  readonly created?: string;
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> };
}

/** The check by times and labels: both times are there and a minute apart at most, and the label names the wanted Go. */
export function passesByLabels({ files }: LabBench, layout: string, wantedGo: string): boolean {
  const read = (path: string): unknown => JSON.parse(files.read(`${layout}/${path}`));
  const blob = (digest: string): unknown => read(`blobs/${digest.replace(":", "/")}`);
  const index = read("index.json") as { manifests: readonly { digest: string }[] };
  const manifest = blob(index.manifests[0]?.digest ?? "") as { config: { digest: string } };
  const { created, config } = blob(manifest.config.digest) as Config;
  const labels = config?.Labels ?? {};
  const [a, b] = [rfc3339Seconds(created ?? ""), rfc3339Seconds(labels[CREATED] ?? "")];
  return a !== null && b !== null && Math.abs(a - b) <= 60 && labels[GO] === wantedGo;
}
