/** What a file is, by its name. A file that is named with its own flag is what the flag says. */
export type InputKind =
  | "manifest"
  | "settings"
  | "timings"
  | "reload"
  | "dockerfile"
  | "dockerignore"
  | "gomod"
  | "gosum"
  | "gosource"
  | "govendor"
  | "script";

const BY_NAME: readonly (readonly [RegExp, InputKind])[] = [
  [/^hotpod\.ya?ml$/, "settings"],
  [/^timings\.json$/, "timings"],
  [/^(.+)?\.dockerignore$/, "dockerignore"],
  [/^(.+\.)?(Dockerfile|Containerfile)(\..+)?$/, "dockerfile"],
  [/^go\.mod$/, "gomod"],
  [/^go\.sum$/, "gosum"],
  [/\.go$/, "gosource"],
  [/^modules\.txt$/, "govendor"],
  [/\.toml$|^nodemon\.json$|^runner\.conf$|^reflex\.conf$/, "reload"],
];

export function inputKind(path: string): InputKind {
  const name = path.split("/").at(-1) ?? path;
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? "manifest";
}
