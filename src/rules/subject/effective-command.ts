import type { Source } from "#manifest/text/source.js";
import type { ContainerSubject } from "./container-subject.js";

/** What a container starts. */
export type EffectiveCommand =
  | { readonly kind: "known"; readonly argv: readonly string[]; readonly source: Source }
  /** `args` alone are laid over an entrypoint that is not known. */
  | { readonly kind: "unknown"; readonly say: string };

/** The manifest's `command` sets aside both of the image's; its `args` only the image's CMD. */
export function effectiveCommand(subject: ContainerSubject): EffectiveCommand {
  const { command, args } = subject.container;
  if (command !== null) {
    return { kind: "known", argv: [...command, ...(args ?? [])], source: subject.at("command") };
  }
  const { image } = subject;
  const words = args ?? image?.cmd?.argv ?? [];
  const first = image?.entrypoint ?? (args === null ? image?.cmd : null);
  if (image === null || first === null || first === undefined) {
    return {
      kind: "unknown",
      say: "`command` in the manifest, or its Dockerfile: --dockerfile FILE",
    };
  }
  // A shell-form entrypoint takes no further words.
  const more = image.entrypoint === null || image.entrypoint.form === "shell" ? [] : words;
  return {
    kind: "known",
    argv: [...first.argv, ...more],
    source: { kind: "text", region: first.region },
  };
}

/** Directly, or behind an init that stays before it. */
export function runsHotpod(argv: readonly string[]): boolean {
  const at = argv.findIndex((word) => baseName(word) === "hotpod");
  return (
    at >= 0 &&
    argv[at + 1] === "run" &&
    argv.slice(0, at).every((word) => word.startsWith("-") || INITS.has(baseName(word)))
  );
}

const INITS = new Set(["tini", "dumb-init", "catatonit", "env", "exec"]);

export const baseName = (path: string): string => path.split("/").at(-1) ?? path;
