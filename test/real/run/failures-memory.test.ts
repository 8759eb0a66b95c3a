/** Two generations that do not fit into the container's memory: never the out-of-memory killer's choice. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import type { LoadChild } from "#edge/observe/load-child.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod } from "./hotpod.js";
import { assertUnhurt, QUICK, reached, startClients } from "./shop.js";
import { compileShop, type ShopPrograms } from "./shop-programs.js";

before(ensureBundle);
const limits = { timeout: 120_000 };
const MEBIBYTE = 2 ** 20;

/** A memory control group of version 1, as a container has one. */
interface ControlGroup {
  readonly folder: string;
  read(name: string): string;
  limit(bytes: number): void;
  /** What could not be given back, in bytes. */
  usedBytes(): number;
}

/** null where this user may make none: said aloud. */
function openGroup(t: TestContext): ControlGroup | null {
  const folder = `/sys/fs/cgroup/memory/hotpod-test-${process.pid}-${Date.now()}`;
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, "memory.limit_in_bytes"), `${1_024 * MEBIBYTE}`);
  } catch (error) {
    t.skip(`no memory control group of version 1 can be made here: ${error}`);
    return null;
  }
  const read = (name: string): string => readFileSync(join(folder, name), "utf8").trim();
  const counted = (name: string): number =>
    Number(new RegExp(`^${name} (\\d+)$`, "m").exec(read("memory.stat"))?.[1] ?? 0);
  return {
    folder,
    read,
    limit: (bytes) => writeFileSync(join(folder, "memory.limit_in_bytes"), `${Math.ceil(bytes)}`),
    usedBytes: () =>
      Number(read("memory.usage_in_bytes")) -
      counted("total_inactive_file") -
      counted("total_active_file"),
  };
}

interface Narrow extends ShopPrograms {
  readonly group: ControlGroup;
  readonly hotpod: Hotpod;
  readonly load: LoadChild;
}

/** hotpod serves a generation of some 100 MB, with room for half of another one. */
async function serveNarrow(t: TestContext, args: readonly string[]): Promise<Narrow | null> {
  const group = openGroup(t);
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
  assert.match(group.read("memory.oom_control"), /^oom_kill 0$/m);
  assert.equal(await hotpod.stop(), 0);
}

// Breaks when the candidate is started beside the old one all the same: the kernel would kill whichever is larger.
test(
  "memory.policy restart: the old one ends first, clients wait in the queue",
  limits,
  async (t) => {
    const narrow = await serveNarrow(t, []);
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
  "memory.policy hold: what serves goes on, the reason is told, the next change is tried",
  limits,
  async (t) => {
    const narrow = await serveNarrow(t, ["--memory-policy", "hold"]);
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
