import { mountedVolume } from "#lab/programs/files/mounted-volume.js";
import { VALUE_SERVICE } from "#lab/programs/files/value-service.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** How a container may be told a value; also the path at which the service answers what it knows by it. */
export type Way = "env" | "file" | "at-start" | "sub-path" | "annotations";

export const PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 5;

/** The pod's objects as the API server has them, and the service that is told of them at the start of its container. */
export async function openValuePod(bench: LabBench) {
  const { files, folder, network, processes } = bench;
  const port = await network.freePort();
  let value = "1";
  const configMap = mountedVolume(files, `${folder}/config`, { limit: value });
  const podInfo = mountedVolume(files, `${folder}/podinfo`, annotationsFile(value));
  files.write(`${folder}/service.mjs`, VALUE_SERVICE);
  const ask = async (way: Way): Promise<string> => {
    await network.untilAnswered(port, PATIENCE_MS);
    const end = await network.ask({ port, path: `/${way}`, timeoutMs: PATIENCE_MS });
    return end.kind === "answered" ? end.body.trim() : "no answer";
  };
  return {
    ask,
    change(next: string) {
      value = next;
      configMap.publish({ limit: next });
      podInfo.publish(annotationsFile(next));
    },
    async start() {
      // A subPath mount is of a file and not of a name: a second link to the same file is the same.
      const subPath = `${folder}/sub-path`;
      files.remove(subPath);
      await processes.run(["ln", "-L", `${configMap.folder}/limit`, subPath]);
      const env = {
        ...{ LIMIT: value, LIMIT_FILE: `${configMap.folder}/limit`, SUB_PATH_FILE: subPath },
        ...{ ANNOTATIONS_FILE: `${podInfo.folder}/annotations` },
        ...{ PORT: `${port}`, HOST: network.host },
      };
      return processes.start(["node", `${folder}/service.mjs`], { env });
    },
    becomes: (way: Way, expected: string) =>
      demand(bench, `${way} ${expected}`, async () => (await ask(way)) === expected),
  };
}

const annotationsFile = (limit: string): Readonly<Record<string, string>> => ({
  annotations: `example.com/limit="${limit}"\n`,
});

/** Whether it comes to hold within a long time. */
export async function holds({ clock }: LabBench, is: () => Promise<boolean>): Promise<boolean> {
  const deadline = clock.nowMs() + PATIENCE_MS;
  while (!(await is())) {
    if (clock.nowMs() > deadline) return false;
    await clock.wait(LOOK_AGAIN_MS);
  }
  return true;
}

export async function demand(
  bench: LabBench,
  what: string,
  is: () => Promise<boolean>,
): Promise<void> {
  if (!(await holds(bench, is))) throw new Error(`never came to be: ${what}`);
}
