import type { Recorder } from "#lab/record.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** A port of the scenario's address, and how a service is told of it. */
export async function place(
  bench: LabBench,
): Promise<{ port: number; env: Record<string, string> }> {
  const port = await bench.network.freePort();
  return { port, env: { PORT: `${port}`, HOST: bench.network.host } };
}

/** Starts that program five times while somebody holds its port: `tried`, `inUse` and `words`. */
export async function refusedStarts(
  { processes, network }: LabBench,
  record: Recorder,
  start: {
    readonly program: readonly string[];
    readonly env: Record<string, string>;
    readonly words: RegExp;
  },
): Promise<void> {
  let inUse = 0;
  let said = "";
  for (let attempt = 1; attempt <= STARTS; attempt += 1) {
    const { stderr } = await processes.run(start.program, { env: start.env });
    said = stderr.split("\n").find((line) => start.words.test(line)) ?? stderr.trim();
    if (start.words.test(said)) inUse += 1;
    record.point("start", "fail", said);
  }
  record.count("tried", STARTS);
  record.count("inUse", inUse, STARTS);
  record.text("words", said.replaceAll(network.host, "HOST").trim());
}

/** Whether one more start of that program serves. It says so: `started version …`. */
export async function comesUp(
  { processes }: LabBench,
  program: readonly string[],
  env: Record<string, string>,
): Promise<boolean> {
  const next = await processes.start(program, { env });
  const isUp = ({ text }: { text: string }): boolean => text.startsWith("started version");
  return next.lines.until("the next start", isUp, 0, PATIENCE_MS).then(
    () => true,
    () => false,
  );
}

/** Who has the listening socket of that port open; `names`: of processes that are known. */
export function ownerOf(
  bench: LabBench,
  port: number,
  names: Readonly<Record<number, string>>,
): string {
  const owners = bench.network.listeners(port).map((pid) => names[pid] ?? "another process");
  return owners.join(" and ") || "nobody";
}

/** What a client is answered; without an answer, why. */
export async function answered(bench: LabBench, port: number, path = "/"): Promise<string> {
  const end = await bench.network.ask({ port, path, timeoutMs: PATIENCE_MS });
  return end.kind === "answered" ? end.body.trim() : end.words;
}

/** So often a start is tried that is to be refused. */
export const STARTS = 5;
const PATIENCE_MS = 60_000;
