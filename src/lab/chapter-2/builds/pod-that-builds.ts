import { answersText } from "#lab/programs/builds/module-proxy.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { goModules, type ProxyName, sumFrom } from "./go-modules.js";

const PATIENCE_MS = 60_000;

/** A pod in which hotpod builds: its module, its cache and its proxy, which can turn to another one. `flags`: further ones of `hotpod run`. */
export async function podThatBuilds(bench: LabBench, flags: readonly string[]) {
  const { files, folder, network } = bench;
  const modules = await goModules(bench);
  const { app } = modules;
  await sumFrom(modules, "A");
  const [proxy, cache] = [`${folder}/proxy-of-pod`, `${folder}/cache-of-pod`];
  const turnTo = (name: ProxyName): void => {
    files.remove(proxy);
    files.copy(modules.proxy(name), proxy);
    files.remove(cache);
  };
  turnTo("A");
  let saves = 0;
  const save = (): void => {
    saves += 1;
    files.write(`${folder}/next.go`, answersText(`save ${saves}`));
    files.rename(`${folder}/next.go`, `${app}/main.go`);
  };
  save();
  const hotpod = await bench.hotpod({
    cwd: app,
    env: modules.environment(proxy, cache),
    args: ["--recipe", "go", "--linger", "100ms", ...flags],
  });
  const answer = async (): Promise<string> => {
    const end = await network.ask({ port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS });
    return end.kind === "answered" ? end.body.trim() : "nothing";
  };
  const { notices } = hotpod;
  return {
    ...{ app, cache, notices, turnTo, save, answer },
    /** Acts, and waits for hotpod's word that the build has failed; its output. */
    async failed(act: () => void): Promise<string> {
      const from = notices.items.length;
      act();
      const notice = await notices.until(
        "the failed build",
        ({ kind }) => kind === "build-failed",
        from,
        PATIENCE_MS,
      );
      if (notice.kind !== "build-failed" || !("output" in notice.failure)) return "none";
      return notice.failure.output.replaceAll(/\s+/g, " ");
    },
    async promoted(act: () => void): Promise<void> {
      const from = notices.items.length;
      act();
      await notices.until("the update", ({ kind }) => kind === "promoted", from, PATIENCE_MS);
    },
    refusals: () => notices.items.filter(({ kind }) => kind === "build-failed").length,
  };
}
