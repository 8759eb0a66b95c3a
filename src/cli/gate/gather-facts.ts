import { ok } from "#base/result.js";
import { UserError } from "#base/user-error.js";
import { buildReference } from "#edge/gate/build-reference.js";
import { listStale } from "#edge/gate/list-stale.js";
import { readSource } from "#edge/gate/read-source.js";
import { readBinary } from "#edge/images/read-binary.js";
import { hashFile } from "#edge/store/hash-file.js";
import { isFolder } from "#edge/surroundings.js";
import type { BinaryFacts, GateFacts, Reference } from "#gate/facts.js";
import type { GoSource } from "#ports/release.js";
import type { GateOptions } from "./gate-options.js";

/** Reads and asks everything that the options name. */
export async function gatherFacts(options: GateOptions, signal: AbortSignal): Promise<GateFacts> {
  const binary = await binaryFacts(options.binary ?? "");
  const source = options.source === null ? null : await sourceFacts(options.source, signal);
  const { revision, platform } = options;
  return {
    ...{ binary, source, revision, platform },
    reference:
      options.rebuild && source !== null ? await reference(options, binary, source, signal) : null,
    stale: options.stale && source !== null ? await listStale(source.moduleFolder, signal) : null,
  };
}

async function binaryFacts(file: string): Promise<BinaryFacts> {
  const program = readBinary(file);
  if (!program.ok && program.error.kind === "unreadable") {
    throw new UserError({
      code: "unreadable-binary",
      message: `--binary ${file}: ${program.error.reason}`,
      hint: "Name the program itself, as go build wrote it.",
    });
  }
  const { sha256, bytes } = await hashFile(file);
  if (program.ok) return { file, sha256, bytes, program: ok(program.value) };
  const { error } = program;
  if (error.kind === "unreadable") throw new Error(error.reason);
  return { file, sha256, bytes, program: { ok: false, error } };
}

async function sourceFacts(folder: string, signal: AbortSignal): Promise<GoSource> {
  if (isFolder(folder)) return readSource(folder, signal);
  throw new UserError({
    code: "no-source",
    message: `--source ${folder}: there is no such folder`,
    hint: "Name the folder of the Go module, such as --source .",
  });
}

async function reference(
  { buildFlags }: GateOptions,
  { file, program }: BinaryFacts,
  { folder, moduleFolder, goMod }: GoSource,
  signal: AbortSignal,
): Promise<Reference | null> {
  const info = program.ok ? program.value.buildInfo : null;
  // The question whether it is a Go program has answered it already.
  if (info === null) return null;
  if (goMod === null) {
    return {
      kind: "impossible",
      reason: `There is no go.mod in ${folder} or above, so nothing can be built.`,
      remedy: "Name the folder of the Go module: --source FOLDER.",
    };
  }
  return buildReference({ folder: moduleFolder, file, info, flags: buildFlags }, signal);
}
