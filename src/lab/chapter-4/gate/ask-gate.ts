import type { GateReport } from "#model/gate-report.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import type { GoRepository } from "./go-repository.js";

const PATIENCE_MS = 180_000;

export interface GateWord {
  readonly passed: boolean;
  /** The answers that made it fail. */
  readonly ids: readonly string[];
  readonly tookMs: number;
}

/** Runs `hotpod gate` as a pipeline does, in the repository's environment. */
export async function askGate(
  bench: LabBench,
  { env }: GoRepository,
  args: readonly string[],
): Promise<GateWord> {
  const own = args.indexOf("--");
  const at = own < 0 ? args.length : own;
  const argv = ["gate", ...args.slice(0, at), "--format", "json", ...args.slice(at)];
  const end = await bench.hotpodCommand(argv, { env, timeoutMs: PATIENCE_MS });
  if (end.code !== 0 && end.code !== 1) {
    throw new Error(`hotpod gate ended with ${end.code ?? end.signal}: ${end.stderr}`);
  }
  const { answers } = JSON.parse(end.stdout) as GateReport;
  const ids = answers
    .filter(({ outcome, grade }) => outcome === "open" || grade === "error")
    .map(({ id }) => id);
  return { passed: end.code === 0, ids, tookMs: end.tookMs };
}
