import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { nearest } from "#base/nearest.js";
import { fail, ok, type Result } from "#base/result.js";
import type { Expand, Misfit } from "#config/kinds/kind.js";
import type { Layer, Origin } from "#config/layer.js";
import { misfitCode, type Problem } from "#config/problem.js";
import { isSettingKey, SETTING_KEYS, type SettingKey, settingOf } from "#config/setting-table.js";

const SECTIONS = new Set(SETTING_KEYS.flatMap((key) => key.split(".").slice(0, -1)));
const SCHEMA_HINT = "Mend the YAML; hotpod.schema.json teaches an editor what may stand there.";

/** `hotpod.yaml`: sections nest (`ready:`, `timeout:` below it), `x-*` is free, `check` is for other commands. */
export function yamlLayer(text: string, file: string, expand: Expand): Layer {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const values = new Map<SettingKey, { value: unknown; origin: Origin }>();
  const problems: Problem[] = [];
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const note = (code: Problem["code"], offset: number, what: string, hint: string): void => {
    problems.push({ code, where: at(offset), what, hint });
  };

  const readSection = (map: YAMLMap, section: string | null): void => {
    for (const pair of map.items) {
      const offset = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
      const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
      if (section === null && (name.startsWith("x-") || name === "check")) continue;
      const key = section === null ? name : `${section}.${name}`;
      if (section === null && SECTIONS.has(name)) {
        if (isMap(pair.value)) readSection(pair.value, name);
        else if (!isScalar(pair.value) || pair.value.value !== null) {
          note("bad-value", offset, `${name} is a section`, sectionHint(name));
        }
      } else if (isSettingKey(key) && key.split(".").length === (section === null ? 1 : 2)) {
        readSetting(key, pair.value, offset);
      } else {
        note("unknown-key", offset, `unknown key "${key}"`, unknownHint(key));
      }
    }
  };

  const readSetting = (key: SettingKey, node: unknown, keyOffset: number): void => {
    const offset = isNode(node) ? (node.range?.[0] ?? keyOffset) : keyOffset;
    const plain = plainValue(node, document);
    if (!plain.ok) {
      note("yaml-syntax", offset, `${key}: ${lowerFirst(plain.error)}`, SCHEMA_HINT);
      return;
    }
    const { value } = plain;
    if (value === null) {
      const { expects } = settingOf(key).kind;
      note("bad-value", keyOffset, `${key} has no value`, `Give it ${expects}, or remove it.`);
      return;
    }
    const read = settingOf(key).kind.fromYaml(value, expand);
    if (read.ok) {
      values.set(key, { value: read.value, origin: { kind: "file", where: at(keyOffset) } });
    } else {
      note(
        misfitCode(read.error),
        itemOffset(node, read.error) ?? offset,
        `${key}: ${read.error.what}`,
        read.error.hint,
      );
    }
  };

  for (const error of document.errors) {
    const what = lowerFirst(error.message.replace(/\.?$/, ""));
    note("yaml-syntax", error.pos[0], what, SCHEMA_HINT);
  }
  if (document.errors.length === 0 && isMap(document.contents))
    readSection(document.contents, null);
  else if (document.errors.length === 0 && !isEmpty(document.contents)) {
    note("bad-value", 0, "the file is not a mapping of keys to values", SCHEMA_HINT);
  }
  return { values, problems, warnings: [] };
}

/** Aliases are followed only here: one without an anchor, or far too many, make the library throw. */
function plainValue(node: unknown, document: Document): Result<unknown, string> {
  try {
    return ok(isNode(node) ? node.toJS(document) : null);
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return fail(error.message);
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function isEmpty(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function itemOffset(node: unknown, misfit: Misfit): number | null {
  if (misfit.item === undefined || !isSeq(node)) return null;
  const item = node.items[misfit.item];
  return isNode(item) ? (item.range?.[0] ?? null) : null;
}

function sectionHint(name: string): string {
  const inside = SETTING_KEYS.filter((key) => key.startsWith(`${name}.`));
  return `Write ${name}: and below it, indented, ${inside.map((key) => key.slice(name.length + 1)).join(", ")}.`;
}

/** Keys under the wrong section, written with a dot, or mistyped. */
function unknownHint(key: string): string {
  if (isSettingKey(key)) {
    const [section, name] = key.split(".");
    return `Write it in two lines: ${section}: and below it, indented, ${name}:.`;
  }
  const sections = SETTING_KEYS.filter((known) => known.endsWith(`.${key}`));
  if (sections.length > 0) return `Did you mean ${sections.join(", ")}?`;
  const near = nearest(key, SETTING_KEYS);
  if (near !== null) return `Did you mean "${near}"?`;
  const section = nearest(key, [...SECTIONS]);
  if (section !== null) return `Did you mean the section "${section}"?`;
  return "`hotpod run --explain` lists every key; keys that begin with x- are free.";
}
