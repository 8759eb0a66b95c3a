import type { CommandWords, Staleness } from "#ports/release.js";
import { runWords } from "./read-source.js";

const FORM = "{{.ImportPath}}\t{{.Name}}\t{{.Stale}}\t{{.StaleReason}}";

export type Listed =
  | { readonly kind: "listed"; readonly command: string; readonly packages: readonly Staleness[] }
  | { readonly kind: "failed"; readonly words: CommandWords }
  | { readonly kind: "no-go" };

/** `go list` about every package below a folder. */
export async function listStale(folder: string, signal: AbortSignal): Promise<Listed> {
  const words = await runWords(["go", "list", "-f", FORM, "./..."], folder, signal);
  if (words === null) return { kind: "no-go" };
  if (!words.succeeded) return { kind: "failed", words };
  const packages = words.output.split("\n").flatMap((line) => {
    const [path = "", name, stale, reason = ""] = line.split("\t");
    if (stale !== "true" && stale !== "false") return [];
    return [{ path, isMain: name === "main", stale: stale === "true", reason }];
  });
  return { kind: "listed", command: words.command, packages };
}
