import type { JsonValue } from "#manifest/edit/yaml-text.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import type { Source } from "#manifest/text/source.js";
import { configPlace } from "#manifest/tools/config-place.js";
import { toolFlags } from "#manifest/tools/tool-flags.js";
import type { Change } from "#rules/rule/fix.js";
import { type Outcome, open } from "#rules/rule/outcome.js";
import { fieldsAt, scalarText } from "#rules/subject/fields.js";
import type { ReloadSubject } from "./reload-subject.js";

/** A setting of a reload tool, from its command line or its file. */
export interface ToolSetting {
  readonly value: unknown;
  readonly at: Source;
  readonly from: "flag" | "file";
}

/** Of air: `build`, `delay`. Flags win over the file. null: neither says it. */
export function airSetting(reload: ReloadSubject, table: string, key: string): ToolSetting | null {
  const { argv, table: top, source } = reload.use;
  const name = `-${table === "" ? "" : `${table}.`}${key}`;
  const flag = toolFlags("air", argv.slice(1)).flags.findLast((one) => one.name === name);
  if (flag !== undefined) return { value: flagValue(flag.value), at: source, from: "flag" };
  const fields = fieldsAt(top, table === "" ? [] : table.split("."));
  if (!Object.hasOwn(fields, key)) return null;
  return { value: fields[key], at: settingSource(reload, table, key), from: "file" };
}

export function airText(reload: ReloadSubject, table: string, key: string): string | null {
  const value = airSetting(reload, table, key)?.value;
  return typeof value === "string" && value !== "" ? value : null;
}

/** A list; a flag has its words with commas between them. */
export function airList(
  reload: ReloadSubject,
  key: string,
  standard: readonly string[],
): readonly string[] {
  const value = airSetting(reload, "build", key)?.value;
  const words = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(words) || words.length === 0) return standard;
  return words.map((word) => scalarText(word).trim());
}

function flagValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** In the tool's file; without one, the command line that starts it. */
export function settingSource({ use }: ReloadSubject, table: string, key: string | null): Source {
  if (use.config === null) return use.source;
  return { kind: "text", region: configPlace(use.config, table, key) };
}

/** The tool's file has it all, and was not given. null: it was. */
export function configMissing({ use }: ReloadSubject): Outcome | null {
  if (use.config !== null) return null;
  const usual = { air: ".air.toml", nodemon: "nodemon.json", reflex: "reflex.conf" }[use.program];
  return open("R", `--reload-config ${use.configFile ?? usual ?? "FILE"}`);
}

/** A change of the tool's TOML or JSON file; null: there is none to change. */
export function settingChange(
  { use: { config, table: parsed } }: ReloadSubject,
  table: string,
  key: string,
  value: JsonValue,
): Change | null {
  if (config === null || parsed === null) return null;
  if (config.file.endsWith(".json")) {
    const [document] = readDocuments(config.text, config.file).documents;
    const path = [...(table === "" ? [] : table.split(".")), key];
    return document === undefined ? null : { kind: "set", document, path, value };
  }
  return { kind: "toml", file: config.file, text: config.text, table, key, value };
}
