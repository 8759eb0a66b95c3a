import { parseEnv } from "node:util";
import { fail, ok, type Result } from "#base/result.js";
import type { Settings } from "#config/settings.js";
import type { Program } from "#edge/processes/create-processes.js";
import type { Artifact, ArtifactId } from "#model/generation.js";
import { readTextFile } from "./read-text-file.js";

/** A file of `env.files` that cannot be read. */
export interface EnvFileFailure {
  readonly path: string;
  readonly code: string;
}

/**
 * What is executed for an artifact, with the environment it finds: hotpod's own, over it the files of `env.files` as
 * they are now, and what hotpod promises every service.
 */
export function serviceProgram(
  settings: Settings,
  pathOf: (artifact: ArtifactId) => string,
  unreadable: (failure: EnvFileFailure) => void,
): (artifact: Artifact) => Program {
  return (artifact) => {
    const files = readEnvFiles(settings.envFiles);
    if (!files.ok) unreadable(files.error);
    const port = settings.listen.flatMap(({ address }) =>
      address.kind === "tcp" ? [address.port] : [],
    )[0];
    return {
      argv: settings.recipe === "none" ? settings.args : [pathOf(artifact.id), ...settings.args],
      cwd: settings.cwd,
      env: {
        ...process.env,
        ...(files.ok ? files.value : {}),
        ...(port === undefined ? {} : { PORT: String(port) }),
        HOTPOD_DRAIN: `${settings.policy.drainTimeoutMs}ms`,
      },
    };
  };
}

/** The variables of all files; a later one counts. */
export function readEnvFiles(
  paths: readonly string[],
): Result<Readonly<Record<string, string>>, EnvFileFailure> {
  const all: Record<string, string> = {};
  for (const path of paths) {
    const text = readTextFile(path);
    if (!text.ok) return fail({ path, code: text.error.code });
    Object.assign(all, parseEnv(text.value));
  }
  return ok(all);
}
