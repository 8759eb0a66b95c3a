import type { JsonSchema } from "./kinds/kind.js";
import { SETTING_KEYS, type SettingKey, settingOf } from "./setting-table.js";

/** The JSON Schema of `hotpod.yaml`, from the same table that reads it. */
export function jsonSchema(): JsonSchema {
  const properties: Record<string, unknown> = {};
  const sections: Record<string, Record<string, unknown>> = {};
  for (const key of SETTING_KEYS) {
    const [section, name] = key.split(".");
    if (section === undefined) continue;
    if (name === undefined) {
      properties[key] = describeSetting(key);
    } else {
      sections[section] ??= {};
      sections[section][name] = describeSetting(key);
    }
  }
  for (const [name, inside] of Object.entries(sections)) {
    const section = { type: ["object", "null"], additionalProperties: false, properties: inside };
    properties[name] = section;
  }
  properties.check = { description: "Read by `hotpod check` and `hotpod score`." };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hotpod.yaml",
    description: "Settings of `hotpod run`. Flags and HOTPOD_* variables count before this file.",
    type: "object",
    additionalProperties: false,
    patternProperties: { "^x-": {} },
    properties,
  };
}

function describeSetting(key: SettingKey): JsonSchema {
  const { kind, standard, onTerminal, found, cold, doc } = settingOf(key);
  const usual = standard ?? found;
  const sentences = [
    doc,
    usual === null
      ? ""
      : `Default: ${usual}${onTerminal === null ? "" : `; ${onTerminal} on a terminal`}.`,
    cold ? "Fixed at start." : "",
  ];
  return { description: sentences.filter((one) => one !== "").join(" "), ...kind.schema };
}
