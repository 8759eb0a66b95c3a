/** Two generations that do not fit into the container's memory: never the out-of-memory killer's choice. */
import assert from "node:assert/strict";
import { readFileSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import type { LoadChild } from "#edge/observe/load-child.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";
import { assertUnhurt, QUICK, reached, startClients } from "#test/real/run/shop.js";
import { compileShop, type ShopPrograms } from "#test/real/run/shop-programs.js";
import { type GroupVersion, type MemoryGroup, openMemoryGroup } from "./memory-group.js";

before(ensureBundle);
const limits = { timeout: 120_000 };
const MEBIBYTE = 2 ** 20;

interface Narrow extends ShopPrograms {
  readonly group: MemoryGroup;
  readonly hotpod: Hotpod;
  readonly load: LoadChild;
}

/** hotpod serves a generation of some 100 MB, with room for half of another one. */
async function serveNarrow(
  t: TestContext,
  version: GroupVersion,
  args: readonly string[] = [],
): Promise<Narrow | null> {
  const group = openMemoryGroup(t, version, 1_024 * MEBIBYTE);
  if (group === null) return null;
  const programs = compileShop(t);
  const { shop, drop } = programs;
  shop.write(
    "config.json",
    shop.read("config.json").replace(/"products": \d+/, '"products": 150000'),
  );
  programs.make(1, drop);
  const hotpod = await startHotpod(t, {
    cwd: shop.folder,
    ownFolder: shop.ownFolder,
    args: [...QUICK, "--artifact", drop, ...args],
    env: { SHOP_CONFIG: join(shop.folder, "config.json") },
    wrapper: ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', group.folder],
  });
  t.after(() => rmdirSync(group.folder));
  await hotpod.seen("promoted");
  const load = await startClients(t, hotpod);
  const { serving } = await hotpod.status();
  const status = readFileSync(`/proc/${serving?.pid}/status`, "latin1");
  const generation = Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) * 1_024;
  assert.ok(generation > 50 * MEBIBYTE, `a generation of ${generation} bytes`);
  group.limit(group.usedBytes() + generation / 2 + 16 * MEBIBYTE);
  return { ...programs, group, hotpod, load };
}

function deploy({ make, drop }: ShopPrograms, version: number): void {
  make(version, `${drop}.new`);
  renameSync(`${drop}.new`, drop);
}

async function close({ group, hotpod }: Narrow): Promise<void> {
  assert.equal(group.oomKills(), 0);
  assert.equal(await hotpod.stop(), 0);
}

for (const version of [1, 2] as const) {
  // Breaks when the candidate is started beside the old one all the same: the kernel would kill whichever is larger.
  test(
    `memory.policy restart, control groups of version ${version}: the old one ends first, clients wait in the queue`,
    limits,
    async (t) => {
      const narrow = await serveNarrow(t, version);
      if (narrow === null) return;
      const { hotpod, load, mark } = narrow;
      deploy(narrow, 2);
      const short = await hotpod.seen("memory-short");
      assert.equal(short.then, "restart");
      assert.match(short.message, /\d+ MiB of \d+ MiB used, \d+ MiB needed beside it/);
      await reached(load, mark(2));
      const order = hotpod.events.items.map(({ event }) => event);
      const ended = order.indexOf("drain-ended");
      assert.ok(ended > 0 && ended < order.lastIndexOf("generation-started"), order.join(" "));
      assertUnhurt(await load.stop(), [1, 2].map(mark));
      await close(narrow);
    },
  );

  // Breaks when a held swap is silent, or forgotten when a smaller or better time comes.
  test(
    `memory.policy hold, control groups of version ${version}: what serves goes on, the reason is told, the next change is tried`,
    limits,
    async (t) => {
      const narrow = await serveNarrow(t, version, ["--memory-policy", "hold"]);
      if (narrow === null) return;
      const { group, hotpod, load, mark } = narrow;
      deploy(narrow, 2);
      assert.equal((await hotpod.seen("memory-short")).then, "hold");
      const { behind, serving } = await hotpod.status();
      assert.match(`${behind}`, /is held: it needs \d+Mi of memory, \d+Mi of \d+Mi are free/);
      assert.equal(serving?.generation, 1);
      assert.equal((await hotpod.probe("/readyz")).code, 200);
      group.limit(1_024 * MEBIBYTE);
      deploy(narrow, 3);
      await reached(load, mark(3));
      assertUnhurt(await load.stop(), [1, 3].map(mark));
      await close(narrow);
    },
  );
}
