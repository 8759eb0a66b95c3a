import { RESTARTING_SERVICE } from "#lab/programs/listeners/restarting-service.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";
import { place } from "./on-port.js";

/** What the service says of one reload. */
export interface Reload {
  readonly shutdown: string;
  readonly served: string;
  readonly listen: string;
  readonly took: number;
  readonly bind: number;
  readonly left: number;
  readonly more: number;
}

/** `shutdown`: the deadline of its Shutdown. */
export async function startService(
  bench: LabBench,
  shutdown: string,
): Promise<{ port: number; service: LabProcess; program: string }> {
  const { port, env } = await place(bench);
  const program = await bench.goProgram("restarting-service", RESTARTING_SERVICE);
  const service = await bench.processes.start([program], {
    env: { ...env, SHUTDOWN: shutdown, SETTLE },
  });
  await service.lines.until("its start", isLine("started version 0"), 0, PATIENCE_MS);
  return { port, service, program };
}

/** Resolves once that request is under way; the answer is to be waited for by a call. */
export async function slowRequest(
  { network }: LabBench,
  port: number,
  service: LabProcess,
  ms: number,
): Promise<() => ReturnType<LabBench["network"]["ask"]>> {
  const answer = network.ask({ port, path: `/${ms}ms`, timeoutMs: PATIENCE_MS });
  await service.lines.until("the request", isLine("asked"), 0, PATIENCE_MS);
  return () => answer;
}

/** Has the service reload, and resolves with what it says of it. */
export async function reloaded(service: LabProcess): Promise<Reload> {
  const from = service.lines.items.length;
  service.signal("SIGHUP");
  const isReload = ({ text }: { text: string }): boolean => text.startsWith("reload ");
  const { text } = await service.lines.until("the reload", isReload, from, PATIENCE_MS);
  return JSON.parse(text.slice("reload ".length)) as Reload;
}

/** A line that says just that. */
export const isLine =
  (text: string) =>
  (line: { readonly text: string }): boolean =>
    line.text === text;

/** How long goroutines may take to end before they are counted. */
const SETTLE = "2s";
const PATIENCE_MS = 60_000;
