import type { Source } from "#manifest/text/source.js";
import type { ContainerSubject } from "./container-subject.js";

/** What a container starts. */
export type EffectiveCommand =
  | { readonly kind: "known"; readonly argv: readonly string[]; readonly source: Source }
  /** `args` alone are laid over an entrypoint that is not known. */
  | { readonly kind: "unknown"; readonly say: string };

export function effectiveCommand(subject: ContainerSubject): EffectiveCommand {
  const { command, args } = subject.container;
  if (command === null) {
    return { kind: "unknown", say: "`command` in the manifest, or the container's Dockerfile" };
  }
  return {
    kind: "known",
    argv: [...command, ...(args ?? [])],
    source: subject.at("command"),
  };
}

/** Directly, or behind an init that stays before it. */
export function runsHotpod(command: EffectiveCommand): boolean {
  if (command.kind === "unknown") return false;
  const at = command.argv.findIndex((word) => baseName(word) === "hotpod");
  return (
    at >= 0 &&
    command.argv[at + 1] === "run" &&
    command.argv.slice(0, at).every((word) => word.startsWith("-") || INITS.has(baseName(word)))
  );
}

const INITS = new Set(["tini", "dumb-init", "catatonit", "env", "exec"]);

export const baseName = (path: string): string => path.split("/").at(-1) ?? path;
