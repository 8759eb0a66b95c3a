import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** Where a container is known to listen. */
export interface ServedPorts {
  /** For clients: those hotpod holds, or those the command line names. */
  readonly main: readonly number[];
  /** All of them, with hotpod's own. */
  readonly all: readonly number[];
  /** `hotpod's listen`, `the command line`. */
  readonly source: string;
}

/** null: nothing says it. A declared containerPort says nothing. */
export function servedPorts(subject: ContainerSubject): ServedPorts | null {
  if (subject.isManaged) return managedPorts(subject);
  if (subject.command.kind === "unknown") return null;
  const main = portsInWords(subject.command.argv);
  return main.length === 0 ? null : { main, all: main, source: "the command line" };
}

function managedPorts({ settings }: ContainerSubject): ServedPorts | null {
  if (settings === null) return null;
  const main = settings.listen.flatMap(({ address }) =>
    address.kind === "tcp" ? [address.port] : [],
  );
  const own = [
    settings.probesListen?.port,
    settings.ready.http?.port,
    settings.liveness.http?.port,
  ];
  const all = [...main, ...own.filter((port): port is number => typeof port === "number")];
  return { main, all, source: "hotpod's listen" };
}

const FLAG =
  /^--?(?:port|listen|addr|address|bind|http|http-addr|http-port|listen-addr|listen-address)(?:=(.*))?$/;

function portsInWords(argv: readonly string[]): number[] {
  const ports: number[] = [];
  for (const [index, word] of argv.entries()) {
    const flag = FLAG.exec(word);
    if (flag === null) continue;
    const port = /^(?:[^\s/]*:)?(\d{1,5})$/.exec(flag[1] ?? argv[index + 1] ?? "")?.[1];
    if (port !== undefined) ports.push(Number(port));
  }
  return ports;
}
