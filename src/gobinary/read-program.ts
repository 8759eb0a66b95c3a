import { fail, ok, type Result } from "#base/result.js";
import type { ByteSource } from "./byte-source.js";
import { isPackedWithUpx, nameFormat } from "./name-format.js";
import { readBuildId } from "./read-build-id.js";
import { type BuildInfo, readBuildInfo } from "./read-build-info.js";
import { type ElfFile, readElf } from "./read-elf.js";
import { readNeeded } from "./read-needed.js";

/** What a program's file says of itself. */
export interface Program {
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly type: ElfFile["type"];
  /** PT_INTERP; null: it needs no loader. */
  readonly interpreter: string | null;
  /** DT_NEEDED */
  readonly needed: readonly string[];
  /** null: no Go program, or one without its build information; `origin` tells more. */
  readonly buildInfo: BuildInfo | null;
  /** What `go tool buildid` prints; null: it has none. */
  readonly buildId: string | null;
  /** Who made it, as far as it shows. */
  readonly origin: "go" | "rust" | "upx" | "unknown";
}

export type ProgramProblem =
  /** `format`: what it is instead, in words; null: not known. */
  | { readonly kind: "not-elf"; readonly format: string | null }
  | { readonly kind: "incomplete"; readonly detail: string }
  | { readonly kind: "malformed"; readonly detail: string };

export function readProgram(source: ByteSource): Result<Program, ProgramProblem> {
  const elf = readElf(source);
  if (!elf.ok) {
    const { error } = elf;
    const bare = error.kind === "not-elf" || source.size === 0;
    return fail(bare ? { kind: "not-elf", format: nameFormat(source) } : error);
  }
  const { machine, bits, littleEndian, type, interpreter } = elf.value;
  const buildInfo = readBuildInfo(source, elf.value);
  return ok({
    ...{ machine, bits, littleEndian, type, interpreter, buildInfo },
    needed: readNeeded(source, elf.value),
    buildId: readBuildId(source, elf.value),
    origin: buildInfo === null ? originOf(source, elf.value) : "go",
  });
}

const COMMENT_MAX = 4_096;

function originOf(source: ByteSource, { sections }: ElfFile): Program["origin"] {
  if (sections.length === 0 && isPackedWithUpx(source)) return "upx";
  const names = sections.map(({ name }) => name);
  if (names.includes(".gopclntab") || names.includes(".note.go.buildid")) return "go";
  const comment = sections.find(({ name }) => name === ".comment");
  if (comment === undefined) return "unknown";
  const bytes = source.read(comment.offset, Math.min(comment.bytes, COMMENT_MAX));
  return new TextDecoder("latin1").decode(bytes).includes("rustc") ? "rust" : "unknown";
}
