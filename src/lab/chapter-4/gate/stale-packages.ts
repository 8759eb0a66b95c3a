import type { GoRepository, Where } from "./go-repository.js";

/** What `go list` calls stale, of the main package and of the library beside it. */
export interface StaleWord {
  readonly main: boolean;
  readonly library: boolean;
  /** The pipeline's step: any stale package ends it. */
  readonly blocks: boolean;
}

const FORM = "{{.Name}} {{.Stale}}";

export async function stalePackages({ go }: GoRepository, where?: Where): Promise<StaleWord> {
  const end = await go(["list", "-f", FORM, "./..."], where);
  if (end.code !== 0) throw new Error(`go list failed: ${end.stderr}`);
  const lines = end.stdout.trim().split("\n");
  const main = lines.includes("main true");
  return {
    main,
    library: lines.includes("word true"),
    blocks: lines.some((one) => / true$/.test(one)),
  };
}
