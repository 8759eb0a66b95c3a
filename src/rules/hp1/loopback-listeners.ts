import type { Source } from "#manifest/text/source.js";
import { isLoopback } from "#rules/probe/probe-target.js";
import type { Change } from "#rules/rule/fix.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** Something that says where the container's program listens. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly source: Source;
  /** `--addr=127.0.0.1:8080`, as it is written. */
  readonly shown: string;
  /** Opens it to every address; null: no change of one word does. */
  readonly opened: Change | null;
}

interface Text {
  readonly text: string;
  readonly source: Source;
  /** From the top of the document. */
  readonly path: readonly (string | number)[];
}

/** Addresses in arguments, literal variables and hotpod's `listen`. Addresses of clients look the same; the port tells them apart. */
export function listenersOf(subject: ContainerSubject): Listener[] {
  const texts = textsOf(subject);
  return [
    ...texts.flatMap((one) => addressOf(subject, one) ?? []),
    ...separate(subject),
    ...ofHotpod(subject),
  ];
}

function textsOf(subject: ContainerSubject): Text[] {
  const { command, args, env } = subject.container;
  const at = (text: string, ...inside: (string | number)[]): Text => ({
    text,
    source: subject.at(...inside),
    path: [...subject.path, ...inside],
  });
  return [
    ...(command ?? []).map((word, i) => at(word, "command", i)),
    ...(args ?? []).map((word, i) => at(word, "args", i)),
    ...env.flatMap(({ value }, i) => (value === null ? [] : [at(value, "env", i, "value")])),
  ];
}

/** The whole word, or what follows its `=`. URLs are what clients ask. */
const ADDRESS = /^((?:-{1,2}[\w.-]+=)?(?:tcp:\/\/)?)(\[[0-9a-f:]*\]|[\w.*-]*):(\d{1,5})$/i;

function addressOf(subject: ContainerSubject, { text, source, path }: Text): Listener | null {
  const [, head, host, port] = ADDRESS.exec(text) ?? [];
  if (head === undefined || host === undefined || port === undefined) return null;
  const { document } = subject.workload.object;
  const opened: Change = { kind: "set", document, path, value: `${head}:${port}` };
  return { host, port: Number(port), source, shown: text, opened };
}

const HOST_FLAG = /^--?(host|bind|bind-address|listen-address|address|ip)$/;
const PORT_FLAG = /^--?(port|http-port|p)$/;

/** `--host 127.0.0.1 --port 8080`. */
function separate(subject: ContainerSubject): Listener[] {
  const { command, args } = subject.container;
  const words = [
    ...(command ?? []).map((word, i) => ({ word, inside: ["command", i] as const })),
    ...(args ?? []).map((word, i) => ({ word, inside: ["args", i] as const })),
  ];
  const flags = words.flatMap(({ word, inside }, i) => {
    const equals = word.indexOf("=");
    if (equals >= 0)
      return [{ name: word.slice(0, equals), value: word.slice(equals + 1), inside }];
    const next = words[i + 1];
    return next === undefined ? [] : [{ name: word, value: next.word, inside: next.inside }];
  });
  const host = flags.findLast(({ name }) => HOST_FLAG.test(name));
  const port = flags.findLast(({ name }) => PORT_FLAG.test(name));
  if (host === undefined || port === undefined || !/^\d{1,5}$/.test(port.value)) return [];
  const source = subject.at(...host.inside);
  const shown = `${host.name}=${host.value}`;
  return [{ host: host.value, port: Number(port.value), source, shown, opened: null }];
}

function ofHotpod(subject: ContainerSubject): Listener[] {
  const { settings } = subject;
  if (settings === null) return [];
  const source = subject.at("command");
  const own = settings.probesListen;
  const addresses = settings.listen.flatMap(({ address }) =>
    address.kind === "tcp" ? [{ ...address, setting: "listen" }] : [],
  );
  const all = own === null ? addresses : [...addresses, { ...own, setting: "probes.listen" }];
  return all.map(({ host, port, setting }) => ({
    host,
    port,
    source,
    shown: `hotpod's ${setting} ${host}:${port}`,
    opened: null,
  }));
}

/** Everything that listens there listens on loopback alone. */
export function onlyOnLoopback(all: readonly Listener[], port: number): Listener | null {
  const there = all.filter((one) => one.port === port);
  if (!there.every(({ host }) => isLoopback(host))) return null;
  return there[0] ?? null;
}
