import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "smol-toml";
import { fail, ok, type Result } from "#base/result.js";
import type { EditRefusal } from "./edit-document.js";
import type { JsonValue } from "./yaml-text.js";

type Table = Readonly<Record<string, unknown>>;

/**
 * TOML text with one key of one table set ("": the top). Comments, order and everything else stay. What comes out is read again,
 * and is refused unless it says exactly what was asked for.
 */
export function setTomlKey(
  text: string,
  table: string,
  key: string,
  value: JsonValue,
): Result<string, EditRefusal> {
  const before = tableOf(text);
  if (before === null) return fail({ what: "it is no TOML" });
  const path = table === "" ? [] : table.split(".");
  const wanted = withKey(before, path, key, value);
  const shown = stringify({ v: value }).trim().replace(/^v = /, "");
  const lines = text.split("\n");
  const edited = splice(lines, table, key, shown).join("\n");
  return isDeepStrictEqual(tableOf(edited), wanted)
    ? ok(edited)
    : fail({ what: "its text is written in a way that is not changed by machine" });
}

function tableOf(text: string): Table | null {
  try {
    return structuredClone(parse(text)) as Table;
  } catch {
    return null;
  }
}

function withKey(table: Table, path: readonly string[], key: string, value: JsonValue): Table {
  const [step, ...rest] = path;
  if (step === undefined) return { ...table, [key]: value };
  return { ...table, [step]: withKey((table[step] ?? {}) as Table, rest, key, value) };
}

function splice(lines: readonly string[], table: string, key: string, shown: string): string[] {
  const isHeader = (line: string): boolean => /^\s*\[/.test(line);
  const header = lines.findIndex((line) => line.replace(/\s|#.*$/g, "") === `[${table}]`);
  if (table !== "" && header < 0) {
    const end = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
    return [...end, ...(end.length > 0 ? [""] : []), `[${table}]`, `${key} = ${shown}`, ""];
  }
  const next = lines.findIndex((line, index) => index > header && isHeader(line));
  const stop = next < 0 ? lines.length : next;
  const own = lines.findIndex(
    (line, index) => index > header && index < stop && keyOf(line) === key,
  );
  if (own >= 0) return lines.with(own, replaced(lines[own] ?? "", shown));
  const last = lines.findLastIndex(
    (line, index) => index >= Math.max(header, 0) && index < stop && line.trim() !== "",
  );
  const indent = /^\s*/.exec(lines[header + 1] ?? "")?.[0] ?? "";
  return lines.toSpliced(last + 1, 0, `${indent}${key} = ${shown}`);
}

const keyOf = (line: string): string | null => /^\s*["']?([\w-]+)["']?\s*=/.exec(line)?.[1] ?? null;

/** A value on one line; a comment behind it stays. */
function replaced(line: string, shown: string): string {
  const head = /^[^=]*=\s*/.exec(line)?.[0] ?? "";
  const comment = /\s+#[^"']*$/.exec(line)?.[0] ?? "";
  return `${head}${shown}${comment}`;
}
