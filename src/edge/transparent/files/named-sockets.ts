import type { Told } from "#edge/transparent/calls/call-filter.js";

/** `--uds /run/app.sock`, `--bind=unix:/run/app.sock`, `unix:///run/app`. */
const SOCKET_WORDS: readonly RegExp[] = [
  /(?:^|[=:,])unix:(?:\/\/)?([^:,=\s]+)/,
  /^(?:[^/]*=)?([^=,\s]+\.sock(?:et)?)$/,
];

/** Paths of Unix sockets that a command line speaks of. */
export function namedSockets(argv: readonly string[]): string[] {
  return argv.flatMap((word) => {
    const found = SOCKET_WORDS.map((pattern) => pattern.exec(word)?.[1]);
    return found.find((path) => path !== undefined) ?? [];
  });
}

/** A service whose command line speaks of a Unix socket is expected to bind one, though nobody has said so. */
export function toldBeside(told: Told, argv: readonly string[]): Told {
  const lengths = namedSockets(argv).map((path) => Buffer.byteLength(path));
  if (lengths.length === 0) return told;
  const before = told.kind === "files" ? told.pathLengths : [];
  return { kind: "files", pathLengths: [...before, ...lengths] };
}
