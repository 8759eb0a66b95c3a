import type { SettingKey } from "#config/setting-table.js";
import type { Source } from "#manifest/text/source.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** Where a setting of hotpod is said: its variable, its line of hotpod.yaml, or the command. */
export function settingSource(subject: ContainerSubject, key: SettingKey): Source {
  const origin = subject.setting(key)?.origin ?? "";
  const index = subject.container.env.findIndex(({ name }) => origin.split(" ")[0] === name);
  if (index >= 0) return subject.at("env", index, "value");
  const { hotpodYaml } = subject.project;
  if (hotpodYaml !== null && origin.startsWith(`${hotpodYaml.file}:`)) {
    return { kind: "field", document: hotpodYaml, path: key.split(".") };
  }
  return subject.command.kind === "known" ? subject.command.source : subject.at("name");
}

/** Where a problem of the settings stands: `hotpod.yaml:3:1`, `HOTPOD_GRACE`, `--grace`. */
export function problemSource(subject: ContainerSubject, where: string): Source {
  const [, file = "", line = "", column = ""] = /^(.*):(\d+):(\d+)$/.exec(where) ?? [];
  if (file !== "") {
    const at = { line: Number(line), column: Number(column) };
    return {
      kind: "text",
      region: { file, ...at, endLine: at.line, endColumn: at.column + 1 },
    };
  }
  const index = subject.container.env.findIndex(({ name }) => where.startsWith(name));
  if (index >= 0) return subject.at("env", index);
  return subject.command.kind === "known" ? subject.command.source : subject.at("name");
}
