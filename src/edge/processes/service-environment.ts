import type { DurationMs } from "#base/time.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { Program } from "./create-processes.js";
import { GENERATION_VARIABLE } from "./process-tree.js";

/** What is hotpod's own in the environment of a service. */
export interface ServiceFacts {
  readonly generation: GenerationId;
  /** The names of the inherited sockets. */
  readonly sockets: readonly string[];
  /** null: there is no socket for notifications. */
  readonly notifyPath: string | null;
  /** From SIGTERM to SIGKILL: what a drain may take. */
  readonly drainMs: DurationMs;
  /** The first of the three descriptors by which connections move; null: there are none. */
  readonly moves: number | null;
}

/** What a service finds in its environment beside its own variables; `LISTEN_PID` is added by the exec shim. */
export function serviceEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  { generation, sockets, notifyPath, drainMs, moves }: ServiceFacts,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !INHERITED_BY_MISTAKE.has(name)) env[name] = value;
  }
  env[GENERATION_VARIABLE] = String(generation);
  env.HOTPOD_DRAIN = `${drainMs}ms`;
  if (notifyPath !== null) env.NOTIFY_SOCKET = notifyPath;
  if (sockets.length > 0) {
    env.LISTEN_FDS = String(sockets.length);
    env.LISTEN_FDNAMES = sockets.join(":");
  }
  if (moves !== null) {
    env.HOTPOD_MOVES = `${moves},${moves + 1}`;
    env.HOTPOD_CHANNEL = String(moves + 2);
  }
  return env;
}

/**
 * The program with the ports it is to listen on: `PORT` and `{port}` are the first listener's, `PORT_ADMIN` and
 * `{port:admin}` those of the one called `admin`. Unchanged where there are none.
 */
export function givenPorts(
  program: Program,
  listen: readonly Listener[],
  ports: readonly number[],
): Program {
  if (ports.length === 0) return program;
  const named = listen.map(({ name }, at) => [name, String(ports[at])] as const);
  const variables = named.map(([name, port]) => [portVariable(name), port] as const);
  const marks = new Map([["{port}", String(ports[0])]]);
  for (const [name, port] of named) marks.set(`{port:${name}}`, port);
  const fill = (word: string) =>
    word.replace(/\{port(:[^}]+)?\}/g, (mark) => marks.get(mark) ?? mark);
  return {
    ...program,
    argv: program.argv.map(fill),
    env: { ...program.env, ...Object.fromEntries(variables), PORT: String(ports[0]) },
  };
}

const portVariable = (name: string): string =>
  `PORT_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;

/** Meant for hotpod by whatever started it: they name descriptors and sockets that are not the service's. */
const INHERITED_BY_MISTAKE = new Set([
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
  "LISTEN_PID",
  "NOTIFY_SOCKET",
  "HOTPOD_MOVES",
  "HOTPOD_CHANNEL",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
  "NODE_CHANNEL_FD",
  "NODE_CHANNEL_SERIALIZATION_MODE",
]);
