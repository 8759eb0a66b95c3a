/** What the settings depend on besides what is set. Facts found by the edge, so that resolving stays pure. */
export interface Surroundings {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; `$TMPDIR` or its default. */
  readonly temporaryFolder: string;
  /** Standard input and output belong to a person. */
  readonly terminal: boolean;
  /** Standard error is a terminal. */
  readonly logTerminal: boolean;
  /** There is a `go.mod` in `cwd`. */
  readonly goModule: boolean;
  /** `.hotpod` in `cwd` is writable or can be created. */
  readonly storeHereWritable: boolean;
  /** Short and stable for `cwd`, different for other folders. */
  readonly cwdHash: string;
  /** Absolute path of a program named with or without slashes; null: not there or not executable. */
  readonly findProgram: (name: string) => string | null;
}

/** `path` made absolute without touching the file system. */
export function absolute(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
