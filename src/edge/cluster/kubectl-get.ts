import { spawnSync } from "node:child_process";
import { fail, ok, type Result } from "#base/result.js";

export interface ClusterQuestion {
  /** Of kubectl's configuration; "": the current one. */
  readonly context: string;
  /** null: all of them. */
  readonly namespace: string | null;
  readonly kinds: readonly string[];
}

export type ClusterFailure =
  | { readonly kind: "no-kubectl" }
  /** Its own words, of its last line. */
  | { readonly kind: "refused"; readonly words: string };

const ANSWER_BYTES_MAX = 1024 * 1024 * 1024;

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
  const { error, status, stdout, stderr } = spawnSync("kubectl", argv, {
    encoding: "utf8",
    maxBuffer: ANSWER_BYTES_MAX,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    return fail({ kind: "no-kubectl" });
  }
  if (error !== undefined) return fail({ kind: "refused", words: error.message });
  if (status === 0) return ok(stdout);
  return fail({ kind: "refused", words: stderr.trim().split("\n").at(-1) ?? "" });
}
