import { isWithin, joinPath } from "#base/join-path.js";
import { baseHolds } from "#manifest/dockerfile/base-programs.js";
import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { commandsOf } from "#rules/shell/shell-text.js";
import { baseName } from "#rules/subject/effective-command.js";
import { outputOfBuild } from "#rules/subject/hot-paths.js";
import { type Arrival, arrivalsIn } from "./arrivals.js";

/** Whether a program of a command can be in an image, as far as its Dockerfile says. */
export type Presence = "absent" | "present" | "unknown";

/** What the runtime searches where the image says nothing else. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Absolute files that a command's first word may mean; empty: it is relative, and to what is not known. */
export function placesOf(
  program: string,
  path: string | null,
  folder: string | null,
): readonly string[] {
  if (program.startsWith("/")) return [joinPath("/", program)];
  if (program.includes("/")) return folder === null ? [] : [joinPath(folder, program)];
  const folders = `${path ?? ""}:${PATH}`.split(":").filter((one) => one.startsWith("/"));
  return [...new Set(folders)].map((one) => joinPath(one, program));
}

/** `places`: where the runtime looks for it. */
export function presenceOf(
  image: FinalImage,
  program: string,
  places: readonly string[],
): Presence {
  if (places.length === 0) return "unknown";
  const base = image.base === null ? "unknown" : baseHolds(image.base, program);
  if (base === "present") return "present";
  const added = arrivalsIn(image).map((one) => arrival(one, places));
  if (added.includes("present") || isMade(image, program, places)) return "present";
  // What a command leaves behind is not known.
  const runs = image.instructions.some(({ keyword }) => keyword === "RUN");
  return runs || added.includes("unknown") ? "unknown" : base;
}

function arrival({ kind, path }: Arrival, places: readonly string[]): Presence {
  if (path === null) return "unknown";
  if (places.includes(path)) return "present";
  const below = kind !== "file" && places.some((one) => isWithin(one, path));
  return below ? "unknown" : "absent";
}

const INSTALLERS = new Set(["apk", "apt", "apt-get", "dnf", "microdnf", "yum"]);

/** By a package of its name, or as the output of a build. */
function isMade({ instructions }: FinalImage, program: string, places: readonly string[]): boolean {
  const scripts = instructions.flatMap(({ keyword, text, argv }) =>
    keyword === "RUN" ? [(argv?.join(" ") ?? text).slice(0, 16_384)] : [],
  );
  return scripts.some((script) => {
    if (!script.includes(baseName(program))) return false;
    const output = outputOfBuild(script);
    if (output !== null && places.includes(output)) return true;
    return commandsOf(script).some(
      ({ words }) => INSTALLERS.has(baseName(words[0] ?? "")) && words.includes(program),
    );
  });
}
