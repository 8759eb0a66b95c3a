import { type Shell, shellOfBase } from "#manifest/dockerfile/base-shell.js";
import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { baseName } from "#rules/subject/effective-command.js";

/** Which shell a command's first word starts; null: not known. `image` is null where no Dockerfile is tied. */
export function shellOf(word: string, image: FinalImage | null): Shell | null {
  const name = baseName(word);
  if (name === "dash" || name === "ash" || name === "bash") return name;
  if (name !== "sh" || image === null || image.base === null) return null;
  const replaced = image.instructions.some(
    ({ keyword, text }) => keyword === "RUN" && REPLACES_SH.test(text.slice(0, 65_536)),
  );
  return replaced ? null : shellOfBase(image.base);
}

const REPLACES_SH = /\bln\b[^\n;&|]{0,200}\/bin\/sh\b|\bdpkg-reconfigure\b|\bupdate-alternatives\b/;
