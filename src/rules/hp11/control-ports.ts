import { fieldSource, type Source } from "#manifest/text/source.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsAt, fieldsOf, scalarText } from "#rules/subject/fields.js";

/** A setting as it is written, refused or not. */
export interface WrittenSetting {
  readonly value: string;
  readonly at: Source;
}

/** `ui.listen` of a managed container: the flag, then the variable, then hotpod.yaml. null: not written. */
export function uiListen(subject: ContainerSubject): WrittenSetting | null {
  const { command, container, project } = subject;
  if (command.kind === "known") {
    const flag = afterFlag(command.argv, "--ui-listen");
    if (flag !== null) return { value: flag, at: command.source };
  }
  const variable = subject.env("HOTPOD_UI_LISTEN");
  if (variable !== null) {
    const index = container.env.findLastIndex(({ name }) => name === "HOTPOD_UI_LISTEN");
    return { value: variable, at: subject.at("env", index) };
  }
  const { hotpodYaml } = project;
  const { listen } = fieldsAt(hotpodYaml?.value, ["ui"]);
  if (hotpodYaml === null || listen === undefined) return null;
  return { value: scalarText(listen), at: fieldSource(hotpodYaml, ["ui", "listen"]) };
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
