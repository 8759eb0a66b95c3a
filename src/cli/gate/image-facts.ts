import { ok, type Result } from "#base/result.js";
import { UserError } from "#base/user-error.js";
import { extractFile } from "#edge/images/extract-file.js";
import { type ReadImage, readImage } from "#edge/images/read-image.js";
import { pathExists } from "#edge/surroundings.js";
import type { BinaryFacts } from "#gate/facts.js";
import type { GateImage, ImageFacts, ProgramInImage } from "#gate/image/image-facts.js";
import { resolveFile } from "#manifest/image/resolve-file.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { GateOptions } from "./gate-options.js";
import { programPath } from "./program-path.js";

export interface InImage {
  readonly image: GateImage;
  /** In the image. */
  readonly path: string;
  /** The file of this machine that the program was copied to; null: the image has none there. */
  readonly extracted: string | null;
}

/** Reads the image and takes the program out of it. Where no program was given beside it, there has to be one. */
export async function imageFacts(
  options: GateOptions,
  binary: BinaryFacts | null,
  temporary: string,
): Promise<InImage | null> {
  const { image: file } = options;
  if (file === null) return null;
  if (!pathExists(file)) throw unreadable(`there is no file or folder ${file}`, 2);
  const isBeside = binary !== null;
  const read = await readImage(file, architectureOf(options, binary));
  if (!read.ok) {
    if (binary === null) throw unreadable(`${file}: ${read.error}`, 1);
    return { image: { file, isBeside, read }, path: "", extracted: null };
  }
  const { paths } = read.value;
  if (paths === null) throw unreadable(`${file} is a configuration alone and holds no program`, 2);
  const place = programPath(read.value, options.path);
  const to = `${temporary}/program`;
  const program = await take(file, paths, place.path, to);
  if (!program.ok) {
    if (binary === null) throw unreadable(`${file}: ${program.error}`, 1);
    return { image: { file, isBeside, read: program }, path: place.path, extracted: null };
  }
  if (program.value === null && binary === null) {
    throw unreadable(`${file} has no file ${place.path}, which ${place.from} names`, 1);
  }
  const facts = factsOf(read.value, paths, place, program.value);
  const extracted = program.value === null ? null : to;
  return { image: { file, isBeside, read: ok(facts) }, path: place.path, extracted };
}

type Paths = NonNullable<ReadImage["paths"]>;

async function take(
  file: string,
  paths: Paths,
  path: string,
  to: string,
): Promise<Result<ProgramInImage | null, string>> {
  const resolved = resolveFile(paths, path);
  const found = resolved === null ? undefined : paths.get(resolved);
  if (resolved === null || found === undefined || found.stored === null) return ok(null);
  const copied = await extractFile(file, found.stored, to);
  if (!copied.ok) return copied;
  const { layer } = found.stored;
  return ok({ path: resolved, layer, mode: found.mode, sha256: copied.value.sha256 });
}

function factsOf(
  { config }: ReadImage,
  paths: Paths,
  place: { readonly path: string; readonly from: string },
  program: ProgramInImage | null,
): ImageFacts {
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  const labels = Object.entries(fieldsOf(fieldsOf(config.config).Labels));
  return {
    ...{ os: text(config.os), architecture: text(config.architecture) },
    ...{ variant: text(config.variant) || null, created: text(config.created) },
    labels: Object.fromEntries(labels.map(([name, value]) => [name, String(value)])),
    ...{ paths, path: place.path, pathFrom: place.from, program },
  };
}

/** Of an image for several machines, the one that is asked about. */
function architectureOf({ platform }: GateOptions, binary: BinaryFacts | null): string {
  const info = binary?.program.ok === true ? binary.program.value.buildInfo : null;
  return platform?.architecture ?? info?.settings.GOARCH ?? "amd64";
}

const unreadable = (what: string, exitCode: number): UserError =>
  new UserError({
    code: "unreadable-image",
    message: `--image: ${what}`,
    hint: "Name an OCI layout (a folder or .tar) or the archive of docker save, and the program in it with --path.",
    exitCode,
  });
