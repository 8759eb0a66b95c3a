import { unreadable } from "#cli/simulate/load-manifests.js";
import { findInput, type InputLimits } from "#edge/input-files.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

interface LogSample {
  readonly file: string;
  /** It was named itself, not found in a folder. */
  readonly named: boolean;
  readonly lines: readonly string[];
}

const LIMITS: InputLimits = {
  bytesMax: 64 * 2 ** 20,
  filesMax: 10_000,
  endings: [".log", ".txt", ".jsonl", ".ndjson"],
};

/** Of each file the newest: enough to tell how it is written. */
export const LINES_MAX = 500;

/**
 * Samples of logs by the workload they are of: a file below a folder by its name (`orders.log`, `shop_orders.log`); a file that is
 * named itself is that of the only workload there is.
 */
export function logSamples(
  paths: readonly string[],
): (workload: WorkloadSubject) => readonly string[] | null {
  const samples = paths.flatMap((path) => readSamples(path, true));
  return (workload) => {
    const found = samples.filter((one) => isOf(one, workload));
    const alone = workload.project.workloads.length === 1;
    const own = found.length > 0 || !alone ? found : samples.filter(({ named }) => named);
    return own.length === 0 ? null : own.flatMap(({ lines }) => lines);
  };
}

function readSamples(path: string, named: boolean): LogSample[] {
  const found = findInput(path, LIMITS);
  if (!found.ok) throw unreadable(path, found.error.code);
  const { value } = found;
  if (value.kind === "folder") return value.files.flatMap((file) => readSamples(file, false));
  return [{ file: value.path, named, lines: linesOf(value.text) }];
}

/** The newest ones that say something. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.slice(-LINES_MAX);
}

function isOf({ file }: LogSample, { workload: { namespace, name } }: WorkloadSubject): boolean {
  const stem = (file.split("/").at(-1) ?? "").replace(/\.(log|txt|jsonl|ndjson)$/, "");
  return stem === name || stem === `${namespace}_${name}`;
}
