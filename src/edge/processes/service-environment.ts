import type { DurationMs } from "#base/time.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import { GENERATION_VARIABLE } from "./process-tree.js";

/** What is hotpod's own in the environment of a service. */
export interface ServiceFacts {
  readonly generation: GenerationId;
  readonly listen: readonly Listener[];
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
  { generation, listen, notifyPath, drainMs, moves }: ServiceFacts,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !INHERITED_BY_MISTAKE.has(name)) env[name] = value;
  }
  env[GENERATION_VARIABLE] = String(generation);
  env.HOTPOD_DRAIN = `${drainMs}ms`;
  if (notifyPath !== null) env.NOTIFY_SOCKET = notifyPath;
  if (listen.length > 0) {
    env.LISTEN_FDS = String(listen.length);
    env.LISTEN_FDNAMES = listen.map(({ name }) => name).join(":");
  }
  if (moves !== null) {
    env.HOTPOD_MOVES = `${moves},${moves + 1}`;
    env.HOTPOD_CHANNEL = String(moves + 2);
  }
  return env;
}

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
