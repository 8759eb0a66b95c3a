import { startAir } from "#lab/programs/builds/air.js";
import { nodeService } from "#lab/programs/node-service.js";
import { RELOAD_MODEL } from "#lab/programs/reload-model.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

/** A service on a port of its own under a reload tool, which builds for a while. */
export interface ReloadedService {
  readonly tool: LabProcess;
  readonly port: number;
  /** Saves that version and waits until it answers. From when to when nobody was answered, by the bench's clock. */
  reload(save: number): Promise<{ readonly fromMs: number; readonly toMs: number }>;
}

export interface ReloadTimes {
  readonly buildMs: number;
  readonly startMs: number;
}

/** Under the model of air before 1.65.2, which says itself when it stops the service. */
export async function underModel(bench: LabBench, times: ReloadTimes): Promise<ReloadedService> {
  const { clock, files, folder, network } = bench;
  const port = await network.freePort();
  files.write(`${folder}/app.mjs`, nodeService("v1"));
  files.write(`${folder}/tool.mjs`, RELOAD_MODEL);
  files.write(`${folder}/saved`, "0");
  const env = {
    ...{ WATCH: `${folder}/saved`, BUILD_MS: `${times.buildMs}`, START_MS: `${times.startMs}` },
    ...{ PORT: `${port}`, HOST: network.host },
  };
  const tool = await bench.processes.start(["node", "tool.mjs", "node", "app.mjs"], { env });
  return {
    tool,
    port,
    async reload(save) {
      const from = tool.lines.items.length;
      files.write(`${folder}/saved`, `${save}`);
      const stopped = await tool.lines.until("stop", isLine("stopping"), from, PATIENCE_MS);
      await tool.lines.until("reload", isLine("reloaded"), from, PATIENCE_MS);
      await network.untilAnswered(port, PATIENCE_MS);
      return { fromMs: stopped.atMs, toMs: clock.nowMs() };
    },
  };
}

/** Under air itself. It does not say when it stops the service, so the service is asked all the time. */
export async function underAir(bench: LabBench, times: ReloadTimes): Promise<ReloadedService> {
  const { clock, files, folder, network } = bench;
  const port = await network.freePort();
  const cwd = `${folder}/service`;
  files.makeFolder(cwd);
  files.write(`${cwd}/app.mjs`, nodeService("0"));
  const tool = await startAir(bench, {
    cwd,
    build: `sleep ${times.buildMs / 1_000}`,
    command: "exec node app.mjs",
    env: { START_MS: `${times.startMs}`, PORT: `${port}`, HOST: network.host },
  });
  return {
    tool,
    port,
    async reload(save) {
      files.write(`${folder}/next.mjs`, nodeService(`${save}`));
      files.rename(`${folder}/next.mjs`, `${cwd}/app.mjs`);
      const deadline = clock.nowMs() + PATIENCE_MS;
      for (let fromMs = clock.nowMs(); clock.nowMs() < deadline; ) {
        const askedMs = clock.nowMs();
        const end = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
        if (end.kind !== "answered") continue;
        if (end.body.trim() === `${save}`) return { fromMs, toMs: clock.nowMs() };
        fromMs = askedMs;
        await clock.wait(ASK_AGAIN_MS);
      }
      throw new Error(`save ${save} was never answered`);
    },
  };
}

const isLine =
  (text: string) =>
  (line: { readonly text: string }): boolean =>
    line.text === text;

const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 5;
