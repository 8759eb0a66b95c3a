import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { startLoadChild } from "#edge/observe/load-child.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import { every } from "#edge/observe/time.js";
import type { Stage } from "./play.js";
import type { Shop } from "./shop.js";

export interface OpenedStage extends Stage {
  readonly url: string;
  /** The most memory the supervisor was seen to hold. */
  rssBytesMax(): number;
}

/** Starts hotpod on the copy, waits for the first generation, then starts the clients. */
export async function openStage(shop: Shop, cleanups: Cleanups): Promise<OpenedStage> {
  const [port = 0, probesPort = 0] = await freePorts(2);
  const { folder, ownFolder } = shop.workspace;
  const args = shop.runArgs;
  const supervisor = await startSupervisor({ cwd: folder, ownFolder, port, probesPort, args });
  cleanups.add(() => supervisor.stop());
  let rss = 0;
  cleanups.add(
    every(RSS_EVERY_MS, () => {
      rss = Math.max(rss, supervisor.rssBytes() ?? 0);
    }),
  );
  const first = (event: { kind: string }): boolean => event.kind === "promoted";
  await supervisor.events.until("the first generation", first, 0, FIRST_BUILD_MS);
  const url = `http://127.0.0.1:${port}/version`;
  const load = await startLoadChild({ url, ...CLIENTS });
  cleanups.add(() => load.kill());
  await load.versions.until("the first answer", () => true, 0, ANSWER_MS);
  return { shop, supervisor, load, url, rssBytesMax: () => rss };
}

/** Enough to see every millisecond of trouble, little enough to leave the compiler its cores. */
export const CLIENTS = {
  connections: 16,
  ratePerSecond: 200,
  thinkMs: 20,
  args: ["--proof", "end"],
} as const;

const RSS_EVERY_MS = 500;
const FIRST_BUILD_MS = 180_000;
const ANSWER_MS = 10_000;
