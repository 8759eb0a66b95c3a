import { commandsOfArgv } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";

export interface HeldPorts {
  /** `hotpod`, `watchexec`. */
  readonly by: string;
  /** TCP. */
  readonly ports: readonly number[];
}

/** Flags by which a supervisor is told what to listen on. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  watchexec: ["--socket"],
  start_server: ["--port"],
  einhorn: ["-b", "--bind"],
};

/** null: no supervisor that holds sockets. */
export function heldPorts(subject: ContainerSubject): HeldPorts | null {
  if (subject.isManaged) {
    const addresses = (subject.settings?.listen ?? []).map(({ address }) => address);
    const ports = addresses.flatMap((one) => (one.kind === "tcp" ? [one.port] : []));
    return { by: "hotpod", ports };
  }
  if (subject.command.kind === "unknown") return null;
  for (const { words } of commandsOfArgv(subject.command.argv)) {
    const by = baseName(words[0] ?? "");
    const flags = Object.hasOwn(FLAGS, by) ? FLAGS[by] : undefined;
    if (flags !== undefined) return { by, ports: valuesOf(words, flags).flatMap(tcpPort) };
  }
  return null;
}

/** Up to `--`: what follows is the service's own. */
function valuesOf(words: readonly string[], flags: readonly string[]): string[] {
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  return own.flatMap((word, i) => {
    if (flags.includes(word)) return own[i + 1] ?? [];
    const flag = flags.find((one) => one.startsWith("--") && word.startsWith(`${one}=`));
    return flag === undefined ? [] : word.slice(flag.length + 1);
  });
}

/** `8080`, `127.0.0.1:8080`, `tcp::8080`, `8080=3`, `127.0.0.1:8080,r`. */
function tcpPort(text: string): number[] {
  if (text.startsWith("udp")) return [];
  const [, port] = /(?:^|:)(\d{1,5})(?:$|[=,])/.exec(text) ?? [];
  return port === undefined ? [] : [Number(port)];
}
