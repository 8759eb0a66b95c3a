import type { ByteSource } from "./byte-source.js";
import type { ElfFile } from "./read-elf.js";

/** What `go version -m` shows. */
export interface BuildInfo {
  /** `go1.26.8` */
  readonly goVersion: string;
  /** Import path of the main package; empty when it was built without modules. */
  readonly path: string;
  readonly main: GoModule | null;
  readonly dependencies: readonly GoModule[];
  /** Build settings: `GOARCH`, `-tags`, `vcs.revision`, `vcs.modified`, … */
  readonly settings: Readonly<Record<string, string>>;
}

export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** Checksum as in go.sum; empty when there is none. */
  readonly sum: string;
  readonly replacedBy: GoModule | null;
}

const MAGIC = "\xff Go buildinf:";
const HEADER_BYTES = 32;
const INLINE_STRINGS = 2;
const SENTINEL_BYTES = 16;

/** Reads the section `.go.buildinfo` (Go 1.18 or later). null: no Go program, or the information was removed. */
export function readBuildInfo(source: ByteSource, elf: ElfFile): BuildInfo | null {
  const section = elf.sections.find(({ name }) => name === ".go.buildinfo");
  if (section === undefined) return null;
  const bytes = source.read(section.offset, section.bytes);
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  const flags = bytes[15] ?? 0;
  if (magic !== MAGIC || (flags & INLINE_STRINGS) === 0) return null;
  const version = readString(bytes, HEADER_BYTES);
  if (version === null) return null;
  const framed = readString(bytes, version.end);
  const goVersion = decode(version.bytes);
  if (framed === null || framed.bytes.length < 2 * SENTINEL_BYTES) {
    return { goVersion, path: "", main: null, dependencies: [], settings: {} };
  }
  const text = decode(framed.bytes.subarray(SENTINEL_BYTES, -SENTINEL_BYTES));
  return { goVersion, ...parseModules(text) };
}

/** The commit it was built from, `+dirty` when the tree had changes; null when it was not stamped. */
export function vcsRevision(info: BuildInfo): string | null {
  const revision = info.settings["vcs.revision"];
  if (revision === undefined) return null;
  return info.settings["vcs.modified"] === "true" ? `${revision}+dirty` : revision;
}

function parseModules(text: string): Omit<BuildInfo, "goVersion"> {
  let path = "";
  let main = null as GoModule | null;
  const dependencies: GoModule[] = [];
  const settings: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [word, ...rest] = line.split("\t");
    if (word === "path") path = rest[0] ?? "";
    else if (word === "mod") main = module(rest);
    else if (word === "dep") dependencies.push(module(rest));
    else if (word === "=>") {
      const last = dependencies.pop();
      if (last !== undefined) dependencies.push({ ...last, replacedBy: module(rest) });
      else if (main !== null) main = { ...main, replacedBy: module(rest) };
    } else if (word === "build") {
      const setting = rest.join("\t");
      const equals = setting.indexOf("=", setting.startsWith('"') ? setting.indexOf('"', 1) : 0);
      if (equals > 0)
        settings[unquote(setting.slice(0, equals))] = unquote(setting.slice(equals + 1));
    }
  }
  return { path, main, dependencies, settings };
}

const module = ([path, version, sum]: readonly string[]): GoModule => ({
  path: path ?? "",
  version: version ?? "",
  sum: sum ?? "",
  replacedBy: null,
});

/** Go quotes what has spaces or quotes in it; the quoting of ordinary values is JSON's. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text.replace(/^`|`$/g, "");
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A length (varint) and that many bytes. */
function readString(bytes: Uint8Array, start: number): { bytes: Uint8Array; end: number } | null {
  let length = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    if (byte === undefined || shift > 28) return null;
    length += (byte & 0x7f) * 2 ** shift;
    at += 1;
    if (byte < 0x80) break;
  }
  if (at + length > bytes.length) return null;
  return { bytes: bytes.subarray(at, at + length), end: at + length };
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
