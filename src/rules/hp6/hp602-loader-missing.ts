import { type BinaryFacts, type ImageFacts, leadsToFile, pairs } from "#rules/image/artifacts.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const loaderMissing: Rule = {
  id: "HP602",
  name: "loader-missing",
  severity: "error",
  reason: "A",
  inputs: "B,I",
  exports: "none",
  fix: "none",
  title: "The loader or a library that the program names is not in the image.",
  why: "The kernel says “no such file or directory” of the program, and means its loader. CGO_ENABLED does not tell: a program that only prints has no loader with 1, and one built with -buildmode=pie has one with 0.",
  when: "The interpreter in the program's ELF header is no file of the image, links followed; or a library it needs is nowhere in the image.",
  remedy: "Link it statically (CGO_ENABLED=0), or run it on the base that it was built on.",
  fires: "a loader of glibc on distroless/static",
  quiet: "a program built with CGO_ENABLED=1 that has no interpreter.",
  judge: { of: "project", judge: judgeBinaries },
};

function judgeBinaries({ binaries, images }: Project): Outcome {
  if (binaries.length === 0) return NOT_APPLICABLE;
  return together(pairs(binaries, images).map(({ binary, image }) => judgeOne(binary, image)));
}

function judgeOne(binary: BinaryFacts, image: ImageFacts | null): Outcome {
  const { interpreter, needed, file } = binary;
  if (interpreter === null && needed.length === 0) return PASS;
  const paths = image?.paths ?? null;
  if (image === null || paths === null) {
    return open("I", `--image of ${file}, with its layers: a folder or archive of the image`);
  }
  const at = { kind: "said" as const, by: `--binary ${file}` };
  if (interpreter !== null && !leadsToFile(paths, interpreter)) {
    const message = `${"`"}${file}${"`"} is started by ${interpreter}, which ${image.file} does not hold: it cannot start there.`;
    return fails({ severity: "error", at, message, evidence: `${file} ${interpreter}` });
  }
  const names = new Set([...paths.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1)));
  const missing = needed.filter((name) => !names.has(name.slice(name.lastIndexOf("/") + 1)));
  if (missing.length === 0) return PASS;
  const message = `${"`"}${file}${"`"} needs ${missing.join(", ")}, which ${image.file} does not hold.`;
  return fails({ severity: "error", at, message, evidence: `${file} ${missing.join(" ")}` });
}
