import { join } from "node:path";
import { readBinary } from "#edge/images/read-binary.js";
import { hashFile } from "#edge/store/hash-file.js";
import type { BuildInfo } from "#gobinary/read-build-info.js";
import type { Program } from "#gobinary/read-program.js";
import { firstDifference } from "./first-difference.js";
import { runWords } from "./read-source.js";
import { withTemporaryFolder } from "./temporary-folder.js";

export interface ReferenceRequest {
  /** Where the module is. */
  readonly folder: string;
  /** The program that is compared. */
  readonly file: string;
  readonly info: BuildInfo;
  /** What the user adds to `go build`. */
  readonly flags: readonly string[];
}

export type Reference =
  | {
      readonly kind: "built";
      readonly command: string;
      readonly sha256: string;
      readonly program: Program;
      readonly difference: { readonly offset: number; readonly section: string | null } | null;
    }
  | { readonly kind: "failed"; readonly command: string; readonly output: string }
  | { readonly kind: "impossible"; readonly reason: string; readonly remedy: string };

/** Builds the same package with the settings that a program says of itself, into a folder that is gone afterwards. */
export async function buildReference(
  { folder, file, info, flags }: ReferenceRequest,
  signal: AbortSignal,
): Promise<Reference> {
  if (info.path === "command-line-arguments" || info.path === "") {
    return {
      kind: "impossible",
      reason: "It was built from files, and does not say from which: it cannot be built again.",
      remedy: "Name the package where it is built: go build -o FILE ./cmd/api.",
    };
  }
  return withTemporaryFolder(async (temporary) => {
    const output = join(temporary, "reference");
    const own = [...buildFlags(info.settings), ...flags];
    const argv = ["go", "build", "-o", output, ...own, info.path];
    const words = await runWords(argv, folder, signal, buildSettings(info.settings));
    if (words === null) return NO_GO;
    const command = ["go build", ...own, info.path].join(" ");
    if (!words.succeeded) return { kind: "failed", command, output: words.output };
    const program = readBinary(output);
    if (!program.ok) return { kind: "failed", command, output: "It wrote no ELF program." };
    const { sha256 } = await hashFile(output);
    const difference = await firstDifference(file, output);
    return { kind: "built", command, sha256, program: program.value, difference };
  });
}

const NO_GO: Reference = {
  kind: "impossible",
  reason: "There is no `go` in PATH, so no reference can be built.",
  remedy: "Run the gate where Go is, as in the builder's image.",
};

type BuildSettings = Readonly<Record<string, string>>;

/** All of them said, so that GOFLAGS and Go's defaults change nothing. */
function buildFlags(settings: BuildSettings): string[] {
  const isTrimmed = settings["-trimpath"] === "true";
  const given = (name: string): string[] => {
    const value = settings[name];
    return value === undefined ? [] : [`${name}=${value}`];
  };
  return [
    `-trimpath=${isTrimmed}`,
    `-buildvcs=${settings["vcs.revision"] !== undefined}`,
    `-tags=${settings["-tags"] ?? ""}`,
    // With -trimpath Go leaves them out of what the program says: only the user knows.
    ...(isTrimmed ? [] : [`-ldflags=${settings["-ldflags"] ?? ""}`]),
    // The default, said aloud, is linked otherwise.
    ...(settings["-buildmode"] === "exe" ? [] : given("-buildmode")),
    ...["-gcflags", "-asmflags", "-race", "-msan", "-asan", "-cover"].flatMap(given),
  ];
}

/** Environment variables stand among a program's settings by their names. */
function buildSettings(settings: BuildSettings): Record<string, string> {
  const entries = Object.entries(settings).filter(([name]) => /^(GO|CGO_)[A-Z0-9_]+$/.test(name));
  return { ...Object.fromEntries(entries), ...withoutUntracked(process.env) };
}

/** What a pipeline has written beside the sources, such as the program itself, must not make the reference's tree a changed one. */
function withoutUntracked({ GIT_CONFIG_COUNT }: NodeJS.ProcessEnv): Record<string, string> {
  const count = Number(GIT_CONFIG_COUNT ?? 0);
  return {
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: "status.showUntrackedFiles",
    [`GIT_CONFIG_VALUE_${count}`]: "no",
  };
}
