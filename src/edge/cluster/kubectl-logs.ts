import type { Result } from "#base/result.js";
import { type ClusterFailure, kubectl } from "./kubectl.js";

export interface LogQuestion {
  /** Of kubectl's configuration; "": the current one. */
  readonly context: string;
  readonly namespace: string;
  /** `deployment/orders`: kubectl takes one of its pods. */
  readonly owner: string;
  readonly container: string;
  readonly lines: number;
}

/** The newest lines of one pod. It waits a quarter of a minute for an answer. */
export function kubectlLogs({
  context,
  namespace,
  owner,
  container,
  lines,
}: LogQuestion): Result<string, ClusterFailure> {
  return kubectl([
    "logs",
    owner,
    `--container=${container}`,
    `--tail=${lines}`,
    `--namespace=${namespace}`,
    "--request-timeout=15s",
    ...(context === "" ? [] : [`--context=${context}`]),
  ]);
}
