import { flagOf, type SettingKey, variableOf } from "#config/setting-table.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsAt, fieldsOf, scalarText } from "#rules/subject/fields.js";

/** A setting as it is written, refused or not. */
export interface WrittenSetting {
  readonly value: string;
  readonly at: Source;
}

/** Of a managed container: the flag, then the variable, then hotpod.yaml. null: not written. */
export function writtenSetting(subject: ContainerSubject, key: SettingKey): WrittenSetting | null {
  const { command, container, project } = subject;
  if (command.kind === "known") {
    const flag = afterFlag(command.argv, flagOf(key));
    if (flag !== null) return { value: flag, at: command.source };
  }
  const variable = variableOf(key);
  const value = subject.env(variable);
  if (value !== null) {
    const index = container.env.findLastIndex(({ name }) => name === variable);
    return { value, at: subject.at("env", index) };
  }
  const { hotpodYaml } = project;
  const path = key.split(".");
  const written = fieldsAt(hotpodYaml?.value, path.slice(0, -1))[path.at(-1) ?? ""];
  if (hotpodYaml === null || written === undefined) return null;
  return { value: scalarText(written), at: fieldSource(hotpodYaml, path) };
}

/** An address of this container alone, a Unix socket, or none at all. */
export function isLocal(address: string): boolean {
  if (/^(off|none|false|)$/.test(address) || /^(unix:|\/|\.)/.test(address)) return true;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:|$)/.test(address);
}

/** null: no port in it. */
export function portOf(address: string): number | null {
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  return port === undefined ? null : Number(port);
}

/** A port that starts or steers code. */
export interface ControlPort {
  readonly port: number;
  readonly what: string;
}

const DELVE = 2345;

export function controlPorts(subject: ContainerSubject): readonly ControlPort[] {
  const { command, reload } = subject;
  const ports: ControlPort[] = [{ port: DELVE, what: "the debugger's port" }];
  const argv = command.kind === "known" ? command.argv : [];
  if (argv.some((word) => /(^|\/|\s)dlv(\s|$)/.test(word))) {
    const listen = afterFlag(
      argv.flatMap((word) => word.split(/\s+/)),
      "--listen",
      "-l",
    );
    const port = portOf(listen ?? "");
    if (port !== null && port !== DELVE) ports.push({ port, what: "the debugger's port" });
  }
  const { enabled, proxy_port: proxy } = fieldsOf(reload?.table?.proxy);
  if (reload?.program === "air" && enabled === true && typeof proxy === "number") {
    ports.push({ port: proxy, what: "air's proxy" });
  }
  return ports;
}

function afterFlag(words: readonly string[], ...flags: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    if (flags.includes(word)) return words[index + 1] ?? null;
    const flag = flags.find((one) => word.startsWith(`${one}=`));
    if (flag !== undefined) return word.slice(flag.length + 1);
  }
  return null;
}
