import { joinPath } from "#base/join-path.js";
import { UserError } from "#base/user-error.js";
import type { ReadImage } from "#edge/images/read-image.js";
import { resolveFile } from "#manifest/image/resolve-file.js";
import { fieldsOf } from "#rules/subject/fields.js";

export interface ProgramPath {
  readonly path: string;
  /** Who said it. */
  readonly from: string;
}

/** `--path`, else what the image starts: looked up by its PATH and its working directory, as a container runtime does. */
export function programPath({ config, paths }: ReadImage, given: string | null): ProgramPath {
  const { Entrypoint, Cmd, Env, WorkingDir } = fieldsOf(config.config);
  const folder = typeof WorkingDir === "string" && WorkingDir !== "" ? WorkingDir : "/";
  if (given !== null) return { path: joinPath(folder, given), from: "--path" };
  const [entrypoint] = words(Entrypoint);
  const program = entrypoint ?? words(Cmd)[0];
  if (program === undefined) {
    throw new UserError({
      code: "no-entrypoint",
      message: "--image: the image says no entrypoint and no command",
      hint: "Name the program in it: --path /app/api.",
    });
  }
  const from = entrypoint === undefined ? "its command" : "its entrypoint";
  if (program.includes("/")) return { path: joinPath(folder, program), from };
  const path =
    words(Env)
      .find((one) => one.startsWith("PATH="))
      ?.slice(5) ?? DEFAULT_PATH;
  const places = path.split(":").map((one) => joinPath(one, program));
  const found = places.find((one) => paths !== null && resolveFile(paths, one) !== null);
  return { path: found ?? places[0] ?? `/${program}`, from };
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const words = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String).filter((word) => word !== "") : [];
