import type { Source } from "#manifest/text/source.js";
import type { ImageFacts } from "#rules/image/artifacts.js";
import { exactImageOf } from "#rules/image/exact-image.js";
import type { ContainerSubject } from "./container-subject.js";

/** What a container starts. */
export type EffectiveCommand =
  | { readonly kind: "known"; readonly argv: readonly string[]; readonly source: Source }
  /** `args` alone are laid over an entrypoint that is not known. */
  | { readonly kind: "unknown"; readonly say: string };

/**
 * The manifest's `command` sets aside both of the image's; its `args` only the image's CMD. An image that was given itself comes before
 * its Dockerfile.
 */
export function effectiveCommand(subject: ContainerSubject): EffectiveCommand {
  const { command, args } = subject.container;
  if (command !== null) {
    return { kind: "known", argv: [...command, ...(args ?? [])], source: subject.at("command") };
  }
  const exact = exactImageOf(subject);
  if (exact !== null) return ofImage(exact, args);
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

function ofImage(image: ImageFacts, args: readonly string[] | null): EffectiveCommand {
  const argv = [...(image.entrypoint ?? []), ...(args ?? image.cmd ?? [])];
  if (argv.length === 0) {
    return { kind: "unknown", say: `a command: ${image.file} has neither ENTRYPOINT nor CMD` };
  }
  return { kind: "known", argv, source: { kind: "said", by: `--image ${image.file}` } };
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
