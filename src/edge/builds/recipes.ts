import { constants, existsSync, rmSync, statSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import type { Settings } from "#config/settings.js";
import type { Adopted } from "#edge/store/adopt-output.js";
import type { Store } from "#edge/store/open-store.js";
import { describeVolume, freeBytes } from "#edge/store/volume.js";
import type { BuildFailure } from "#model/build-failure.js";
import type { ArtifactId, ContentId } from "#model/generation.js";
import { buildEnvironment } from "./build-environment.js";
import { findMainPackage, goBuildCommand } from "./go-recipe.js";
import { runCommand } from "./run-command.js";
import { takeArtifact } from "./take-artifact.js";

export type BuildSettings = Pick<
  Settings,
  "cwd" | "recipe" | "args" | "imageProgram" | "build" | "artifact"
>;

export type Built = Result<Adopted, BuildFailure>;

/** Builds one content once. Aborting makes it end soon, with any answer. */
export type Build = (content: ContentId, signal: AbortSignal) => Promise<Built>;

/** Less free space than this on the store's volume, or than the last artifact took, explains a failed build. */
const FREE_BYTES_MIN = 64 * 1024;
const FULL_LINES = 20;

/** Of the last artifact, in bytes. */
interface Size {
  bytes: number;
}

/** `mainPackage`: as found at the start; null: to be found at the first build. */
export function recipeBuild(
  settings: BuildSettings,
  store: Store,
  mainPackage: string | null,
): Build {
  switch (settings.recipe) {
    case "go":
      return withGenerators(settings, goBuild(settings, store, mainPackage));
    case "command":
      return withGenerators(settings, commandBuild(settings, store));
    case "artifact":
      return withGenerators(settings, (content, signal) =>
        takeArtifact(settings.artifact ?? "", store, content, signal),
      );
    case "none":
      return withGenerators(settings, async (content) =>
        ok({ artifact: { id: content, content }, bytes: 0, isNew: true }),
      );
  }
}

/** Which generators there are may change while running. */
function withGenerators(settings: BuildSettings, build: Build): Build {
  return async (content, signal) => {
    for (const argv of settings.build.before) {
      const failure = await run(settings, argv, signal);
      if (failure !== null) return fail(failure);
    }
    return await build(content, signal);
  };
}

function goBuild(settings: BuildSettings, store: Store, known: string | null): Build {
  let mainPackage = known;
  let askedFor = settings.build.package;
  const size: Size = { bytes: FREE_BYTES_MIN };
  let last: { readonly artifact: ArtifactId; readonly made: string } | null = null;
  return async (content, signal) => {
    // The setting may change while running.
    if (mainPackage === null || askedFor !== settings.build.package) {
      askedFor = settings.build.package;
      const found = await findMainPackage(settings, signal);
      if (!found.ok) return fail(commandFailure(found.error.detail));
      mainPackage = found.value;
    }
    const target = mainPackage;
    const goFlags = buildEnvironment(settings.build.env).GOFLAGS ?? "";
    const command = (output: string) => goBuildCommand(settings, target, output, goFlags);
    const made = JSON.stringify([command(""), settings.build.env]);
    const seed = last?.made === made ? store.pathOf(last.artifact) : null;
    const built = await buildInto(settings, store, size, content, signal, command, seed);
    if (built.ok) last = { artifact: built.value.artifact.id, made };
    // The main package may have moved: look for it again.
    if (!built.ok && settings.build.package === null) mainPackage = null;
    return built;
  };
}

function commandBuild(settings: BuildSettings, store: Store): Build {
  const size: Size = { bytes: FREE_BYTES_MIN };
  return (content, signal) =>
    buildInto(settings, store, size, content, signal, (output) =>
      settings.build.command.map((word) => word.replaceAll("{artifact}", output)),
    );
}

/** `seed`: the program that the same command made before. */
async function buildInto(
  settings: BuildSettings,
  store: Store,
  size: Size,
  content: ContentId,
  signal: AbortSignal,
  command: (output: string) => string[],
  seed: string | null = null,
): Promise<Built> {
  const output = store.newOutput();
  if (!output.ok) return fail({ kind: "store", detail: output.error.detail });
  if (seed !== null) await layDown(seed, output.value, size);
  const argv = command(output.value);
  const failure =
    (await run(settings, argv, signal, output.value)) ??
    (signal.aborted ? commandFailure("cancelled") : missing(output.value, argv));
  if (failure !== null) {
    const named = explained(failure, store.dir, size);
    store.discard(output.value);
    return fail(named);
  }
  const adopted = await store.adopt(output.value, content);
  if (adopted.ok) size.bytes = Math.max(FREE_BYTES_MIN, adopted.value.bytes);
  return adopted.ok ? adopted : fail({ kind: "store", detail: adopted.error.detail });
}

/**
 * Where Go finds the program that it would make, it does not link again: most of the time of a build whose change was none of the
 * program. A copy, never a link: what runs is not written to. Without it everything works as well.
 */
async function layDown(seed: string, output: string, size: Size): Promise<void> {
  const space = freeBytes(dirname(output));
  if (space !== null && space.free < SEED_SPACE * size.bytes) return;
  try {
    await copyFile(seed, output, constants.COPYFILE_FICLONE);
  } catch {
    rmSync(output, { force: true });
  }
}

/** The copy, the linker's output and its copy, and one to spare. */
const SEED_SPACE = 4;

async function run(
  settings: BuildSettings,
  argv: readonly string[],
  signal: AbortSignal,
  output: string | null = null,
): Promise<BuildFailure | null> {
  const env = buildEnvironment(settings.build.env);
  if (output !== null) env.HOTPOD_ARTIFACT = output;
  const end = await runCommand({ argv, cwd: settings.cwd, env, signal });
  if (end.kind === "not-started") {
    return commandFailure(`${argv[0]} could not be started: ${end.reason}`);
  }
  if (end.exit.kind === "code" && end.exit.code === 0) return null;
  return { kind: "command", exit: end.exit, output: end.output };
}

function missing(output: string, argv: readonly string[]): BuildFailure | null {
  if (!existsSync(output)) {
    const detail = `\`${argv.join(" ")}\` ended well but wrote no program to {artifact} (${output})`;
    return { kind: "unusable", detail };
  }
  const stats = statSync(output);
  if (!stats.isFile()) return { kind: "unusable", detail: `{artifact} is no file: ${output}` };
  if ((stats.mode & 0o111) === 0) {
    return { kind: "unusable", detail: "the build's output is not executable (chmod +x)" };
  }
  return null;
}

/** A compiler that could not write says so in its own words; the volume is named here. */
function explained(failure: BuildFailure, dir: string, size: Size): BuildFailure {
  if (failure.kind !== "command") return failure;
  const space = freeBytes(dir);
  if (space === null || space.free >= size.bytes) return failure;
  const last = failure.output.trim().split("\n").slice(-FULL_LINES).join("\n");
  return { kind: "store", detail: `the volume ${describeVolume(dir)} is full\n${last}` };
}

const commandFailure = (output: string): BuildFailure => ({
  kind: "command",
  exit: { kind: "code", code: 1 },
  output,
});
