import { openGoShop } from "#edge/demo/shop.js";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { startLoadChild } from "#edge/observe/load-child.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import type { UpgradesResult } from "#report/bench-table.js";
import { type SelfUpgradingName, startSelfUpgrading } from "./programs/self-upgrading.js";

const CLIENTS = { connections: 32, ratePerSecond: 200, thinkMs: 0, args: ["--proof", "end"] };
const PATIENCE_MS = 60_000;

/** hotpod is asked by SIGUSR2 again and again; each swap is over when the generation it replaced has drained. */
export async function upgradeHotpod(upgrades: number, cleanups: Cleanups): Promise<UpgradesResult> {
  const shop = openGoShop();
  if (shop === null) throw new Error("the examples are missing");
  cleanups.add(() => shop.workspace.remove());
  const [port = 0, probesPort = 0] = await freePorts(2);
  const { folder, ownFolder } = shop.workspace;
  const args = ["--linger", "100ms"];
  const supervisor = await startSupervisor({ cwd: folder, ownFolder, port, probesPort, args });
  cleanups.add(() => supervisor.stop());
  const { events } = supervisor;
  await events.until("start", ({ kind }) => kind === "promoted", 0, PATIENCE_MS * 3);
  const url = `http://127.0.0.1:${port}/version`;
  return underLoad("hotpod", url, upgrades, cleanups, async () => {
    const from = events.items.length;
    supervisor.signal("SIGUSR2");
    await events.until("swap", ({ kind }) => kind === "promoted", from, PATIENCE_MS);
    await events.until("drain", ({ kind }) => kind === "drain-ended", from, PATIENCE_MS);
  });
}

export async function upgradeProgram(
  which: SelfUpgradingName,
  upgrades: number,
  cleanups: Cleanups,
): Promise<UpgradesResult> {
  const { name, port, upgrade } = await startSelfUpgrading(which, cleanups);
  return underLoad(name, `http://127.0.0.1:${port}/version`, upgrades, cleanups, upgrade);
}

async function underLoad(
  name: string,
  url: string,
  upgrades: number,
  cleanups: Cleanups,
  upgrade: () => Promise<void>,
): Promise<UpgradesResult> {
  const load = await startLoadChild({ url, ...CLIENTS });
  cleanups.add(() => load.kill());
  await load.versions.until("the first answer", () => true, 0, PATIENCE_MS);
  for (let done = 0; done < upgrades; done += 1) await upgrade();
  const summary = await load.stop();
  return {
    name,
    upgrades,
    requests: summary.requests,
    failed: summary.failed,
    reasons: summary.failures.map(({ reason, count }) => `${count} ${reason}`).join(", "),
    longestGapMs: summary.longestGapMs,
    p99Ms: summary.kept.latencyMs.p99,
  };
}
