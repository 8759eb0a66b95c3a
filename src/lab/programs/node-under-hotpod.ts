import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";
import { nodeService } from "./node-service.js";

/** The Node service under the real `hotpod run`, in a folder of its own. */
export interface NodeUnderHotpod {
  readonly hotpod: LabHotpod;
  /** Saves this text as the service, as careful editors do: written beside, then renamed. */
  save(text: string): void;
  /** Saves that version and waits until it serves and the one before has ended. */
  update(version: string): Promise<void>;
  /** The process of the generation that serves. */
  servingPid(): Promise<number>;
  /** What a client is answered now; null: nothing within `timeoutMs`. */
  answer(timeoutMs: number): Promise<string | null>;
}

/** `args`: further flags of `hotpod run`. `env`: of the service. */
export async function nodeUnderHotpod(
  bench: LabBench,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<NodeUnderHotpod> {
  const { files, folder } = bench;
  const cwd = `${folder}/service`;
  files.makeFolder(cwd);
  const save = (text: string): void => {
    files.write(`${folder}/next.mjs`, text);
    files.rename(`${folder}/next.mjs`, `${cwd}/app.mjs`);
  };
  save(nodeService("v1"));
  const hotpod = await bench.hotpod({
    ...{ cwd, env },
    args: ["--recipe", "none", "--linger", "100ms", ...args, "--", "node", "app.mjs"],
  });
  return {
    hotpod,
    save,
    async update(version) {
      const { notices } = hotpod;
      const from = notices.items.length;
      save(nodeService(version));
      await notices.until(version, ({ kind }) => kind === "promoted", from, SWAP_MS);
      await notices.until(
        `${version} drained`,
        ({ kind }) => kind === "drain-ended",
        from,
        SWAP_MS,
      );
    },
    async servingPid() {
      const question = { port: hotpod.port, path: "/pid", timeoutMs: SWAP_MS };
      const end = await bench.network.ask(question);
      if (end.kind !== "answered") throw new Error(`the service does not answer: ${end.words}`);
      return Number(end.body);
    },
    async answer(timeoutMs) {
      const end = await bench.network.ask({ port: hotpod.port, path: "/", timeoutMs });
      return end.kind === "answered" ? end.body.trim() : null;
    },
  };
}

const SWAP_MS = 60_000;
