import type { Result } from "#base/result.js";
import { type ClusterFailure, kubectl } from "./kubectl.js";

export interface ClusterQuestion {
  /** Of kubectl's configuration; "": the current one. */
  readonly context: string;
  /** null: all of them. */
  readonly namespace: string | null;
  readonly kinds: readonly string[];
}

/**
 * What a cluster holds, as one JSON List, asked through `kubectl` with the rights of whoever runs it. Kinds that a cluster does not
 * know are asked for one by one, so leave them out. Secrets are never asked for.
 */
export function kubectlGet({
  context,
  namespace,
  kinds,
}: ClusterQuestion): Result<string, ClusterFailure> {
  const argv = [
    "get",
    kinds.join(","),
    "--output=json",
    ...(context === "" ? [] : [`--context=${context}`]),
    namespace === null ? "--all-namespaces" : `--namespace=${namespace}`,
  ];
  return kubectl(argv);
}
