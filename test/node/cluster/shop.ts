import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { probeCounts } from "./containers.js";
import { apply, inPod, kubectl } from "./kubectl.js";
import { eventually, tell } from "./patience.js";
import { type PodSight, type PodWatch, story, watchPod } from "./pod-watch.js";

/** A running pod of the tests. */
export interface Shop {
  readonly name: string;
  readonly ip: string;
  readonly watch: PodWatch;
  /** Probes that failed before the pod was first ready: nobody could answer yet. */
  readonly failedBefore: Readonly<Record<string, number>>;
  /** Puts a file of the image at the drop place. `mv` renames a finished copy, `cp` writes in place. */
  put(file: string, how: "mv" | "cp"): Promise<void>;
  /** `hotpod ctl status --json`, asked inside the pod. */
  status(): Promise<Record<string, unknown>>;
  logs(previous?: "previous"): Promise<string>;
  remove(): Promise<void>;
}

/** The part of a pod manifest that scenarios change. */
export interface PodManifest {
  readonly metadata: { name: string; labels: Record<string, string> };
  readonly spec: {
    terminationGracePeriodSeconds: number;
    initContainers?: object[];
    readonly containers: [ContainerManifest];
    volumes: object[];
  };
}

export interface ContainerManifest {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly securityContext: object;
  command: string[];
  env: { name: string; value: string }[];
  lifecycle?: object;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  volumeMounts: object[];
}

/** Starts test/node/manifests/`file` under a name of its own and waits until it is Ready. */
export async function startShop(
  file: "hotpod.yaml" | "twin.yaml",
  name: string,
  change: (pod: PodManifest) => void = () => {},
): Promise<Shop> {
  const text = await readFile(`test/node/manifests/${file}`, "utf8");
  const pod = parseDocument(text).toJS() as PodManifest;
  pod.metadata.name = name;
  pod.metadata.labels = { app: name };
  change(pod);
  await apply(pod);
  const watch = watchPod(name);
  const shop = { name, watch, ...podVerbs(name, watch) };
  try {
    const { pod: ready } = await watch.until("Ready", (seen) => seen?.ready === true, 60_000);
    watch.mark();
    tell(`${name} is Ready at ${ready?.ip}`);
    return { ...shop, ip: ready?.ip ?? "", failedBefore: await probeCounts(name, "failed") };
  } catch (error) {
    console.error(await shop.logs().catch(String));
    await shop.remove();
    throw error;
  }
}

function podVerbs(name: string, watch: PodWatch) {
  return {
    put: async (source: string, how: "mv" | "cp"): Promise<void> => {
      const lines = {
        cp: `cp ${source} /hotpod/drop/main`,
        mv: `cp ${source} /hotpod/drop/.next && mv /hotpod/drop/.next /hotpod/drop/main`,
      };
      await inPod(name, `mkdir -p /hotpod/drop && ${lines[how]}`);
    },
    status: async (): Promise<Record<string, unknown>> =>
      JSON.parse(await inPod(name, "hotpod ctl status --json")),
    logs: (previous?: "previous"): Promise<string> =>
      kubectl(["logs", name, ...(previous === undefined ? [] : ["--previous"])]),
    remove: async (): Promise<void> => {
      watch.stop();
      await kubectl(["delete", "pod", name, "--ignore-not-found", "--now", "--wait=false"]);
    },
  };
}

/** What must hold of a pod that nobody meant to disturb: complaints, none when all is well. */
export async function disturbances(shop: Shop): Promise<string[]> {
  const complaints: string[] = [];
  const disturbed = shop.watch.sights.filter(({ pod }: PodSight) => {
    return pod === null || !pod.ready || pod.restarts > 0;
  });
  if (disturbed.length > 0) complaints.push(`the pod went ${story(shop.watch.sights)}`);
  const failed = await probeCounts(shop.name, "failed");
  for (const [type, count] of Object.entries(failed)) {
    const now = count - (shop.failedBefore[type] ?? 0);
    if (now > 0) complaints.push(`${now} failed ${type} probes`);
  }
  return complaints;
}

/** Waits until the kubelet has asked the pod so many times more and got a good answer. */
export async function probedAgain(shop: Shop, times: number): Promise<void> {
  const asked = async () => (await probeCounts(shop.name, "successful")).Readiness ?? 0;
  const before = await asked();
  await eventually(`${times} more good readiness probes`, 15_000, async () =>
    (await asked()) >= before + times ? true : null,
  );
}

/** Waits until clients were answered by that version. */
export async function answeredBy(
  load: { versions(): readonly string[] },
  version: string,
  limitMs: number,
): Promise<void> {
  const what = `an answer by version ${version}`;
  await eventually(what, limitMs, () => (load.versions().includes(version) ? true : null));
}
