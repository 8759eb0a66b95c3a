import { UserError } from "#base/user-error.js";
import { buildReference } from "#edge/gate/build-reference.js";
import { listStale } from "#edge/gate/list-stale.js";
import { readSource } from "#edge/gate/read-source.js";
import { withTemporaryFolder } from "#edge/gate/temporary-folder.js";
import { isFolder } from "#edge/surroundings.js";
import type { BinaryFacts, GateFacts, Reference } from "#gate/facts.js";
import type { GoSource } from "#ports/release.js";
import { binaryFacts } from "./binary-facts.js";
import type { GateOptions } from "./gate-options.js";
import { imageFacts } from "./image-facts.js";

/** Reads and asks everything that the options name. */
export function gatherFacts(options: GateOptions, signal: AbortSignal): Promise<GateFacts> {
  return withTemporaryFolder(async (temporary) => {
    const given = options.binary === null ? null : await binaryFacts(options.binary);
    const inImage = await imageFacts(options, given, temporary);
    const extracted = inImage?.extracted ?? null;
    const file = options.binary ?? extracted ?? "";
    const binary = given ?? (await binaryFacts(file, `${options.image}:${inImage?.path}`));
    const source = options.source === null ? null : await sourceFacts(options.source, signal);
    const built =
      options.rebuild && source !== null
        ? await reference(options, { file, binary, source }, signal)
        : null;
    return {
      ...{ binary, source, reference: built, image: inImage?.image ?? null },
      ...{ revision: options.revision, platform: options.platform },
      stale: options.stale && source !== null ? await listStale(source.moduleFolder, signal) : null,
    };
  });
}

async function sourceFacts(folder: string, signal: AbortSignal): Promise<GoSource> {
  if (isFolder(folder)) return readSource(folder, signal);
  throw new UserError({
    code: "no-source",
    message: `--source ${folder}: there is no such folder`,
    hint: "Name the folder of the Go module, such as --source .",
  });
}

interface Compared {
  /** On this machine. */
  readonly file: string;
  readonly binary: BinaryFacts;
  readonly source: GoSource;
}

async function reference(
  { buildFlags }: GateOptions,
  { file, binary, source }: Compared,
  signal: AbortSignal,
): Promise<Reference | null> {
  const info = binary.program.ok ? binary.program.value.buildInfo : null;
  // The question whether it is a Go program has answered it already.
  if (info === null) return null;
  if (source.goMod === null) {
    return {
      kind: "impossible",
      reason: `There is no go.mod in ${source.folder} or above, so nothing can be built.`,
      remedy: "Name the folder of the Go module: --source FOLDER.",
    };
  }
  return buildReference({ folder: source.moduleFolder, file, info, flags: buildFlags }, signal);
}
