import { different, evidence, same } from "#gate/answer.js";
import type { KnownProgram } from "#gate/judge-program.js";
import { resolveFile } from "#manifest/image/resolve-file.js";
import type { GateAnswer, GateEvidence } from "#model/gate-report.js";
import type { ImageFacts } from "./image-facts.js";

/** Where glibc and musl look without being told: `/lib`, `/usr/lib64`, `/usr/lib/x86_64-linux-gnu`. */
const USUAL = /^\/(usr\/(local\/)?)?lib(32|64)?(\/[a-z0-9_]+-linux-[a-z0-9]+)?$/;

/** Whether what starts the program, and what it is linked with, is in the image. */
export function judgeLoading(
  known: KnownProgram,
  image: string,
  { paths }: ImageFacts,
): GateAnswer {
  const { interpreter, needed } = known.program;
  const compared = [
    evidence("PT_INTERP", interpreter ?? "(none)", `ELF header of ${known.file}`),
    ...needed.map((name) => evidence("DT_NEEDED", name, `dynamic section of ${known.file}`)),
  ];
  if (interpreter === null && needed.length === 0) {
    const message = "It asks for no loader, and runs on any image.";
    return same("loader", { message, compared });
  }
  const loader = interpreter === null ? null : resolveFile(paths, interpreter);
  if (interpreter !== null && loader === null) {
    return different("loader", "error", {
      message: `It is started by ${interpreter}, which ${image} does not hold: “no such file or directory” will be said of the program.`,
      compared: [...compared, setting(known)],
      remedy: `Link it statically (CGO_ENABLED=0, no -buildmode=pie), or use the base that it was built on.`,
    });
  }
  return ofLibraries(needed, image, paths, compared);
}

function ofLibraries(
  needed: readonly string[],
  image: string,
  paths: ImageFacts["paths"],
  compared: readonly GateEvidence[],
): GateAnswer {
  const found = needed.map((name) => ({ name, at: placesOf(name, paths) }));
  const where = found.flatMap(({ name, at }) => at.map((one) => evidence(name, one, image)));
  const missing = found.filter(({ at }) => at.length === 0).map(({ name }) => name);
  if (missing.length > 0) {
    return different("loader", "error", {
      message: `It needs ${missing.join(", ")}, which ${image} does not hold.`,
      compared,
      remedy: "Link it statically (CGO_ENABLED=0), or use the base that it was built on.",
    });
  }
  const odd = found.filter(({ at }) => !at.some((path) => USUAL.test(folderOf(path))));
  if (odd.length > 0) {
    const names = odd.map(({ name, at }) => `${name} at ${at[0]}`).join(", ");
    return different("loader", "warning", {
      message: `The image holds ${names}: no loader looks there unless it is told.`,
      compared: [...compared, ...where],
      remedy: "Name the folder in /etc/ld.so.conf.d and run ldconfig, or set LD_LIBRARY_PATH.",
    });
  }
  const message = "The image holds its loader and its libraries.";
  return same("loader", { message, compared: [...compared, ...where] });
}

function placesOf(name: string, paths: ImageFacts["paths"]): string[] {
  if (name.startsWith("/")) return resolveFile(paths, name) === null ? [] : [name];
  return [...paths.keys()].filter(
    (path) => path.endsWith(`/${name}`) && resolveFile(paths, path) !== null,
  );
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

const setting = ({ file, info }: KnownProgram): GateEvidence =>
  evidence("CGO_ENABLED", info.settings.CGO_ENABLED ?? "(absent)", `build information of ${file}`);
