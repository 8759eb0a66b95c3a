import { spawnSync } from "node:child_process";
import { fail, ok, type Result } from "#base/result.js";

export type ClusterFailure =
  | { readonly kind: "no-kubectl" }
  /** Its own words, of its last line. */
  | { readonly kind: "refused"; readonly words: string };

const ANSWER_BYTES_MAX = 1024 * 1024 * 1024;

/** What kubectl prints, run with the rights of whoever runs this. */
export function kubectl(argv: readonly string[]): Result<string, ClusterFailure> {
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
