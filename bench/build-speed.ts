// node -C source --import tsx bench/build-speed.ts [--rounds N]: what a build of the Go example costs hotpod, from its start to the
// artifact in the store, with and without what spares the linker, and what waiting for the disk would add. Writes bench/build/DATE.json.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { recipeBuild } from "#edge/builds/recipes.js";
import { openGoShop } from "#edge/demo/shop.js";
import { describeMachine, machineText } from "#edge/observe/machine.js";
import { projectRoot } from "#edge/observe/own-command.js";
import { openStore } from "#edge/store/open-store.js";
import { syncToDisk } from "#edge/store/sync-to-disk.js";
import { quantile } from "#report/quantile.js";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" } } });
const shop = openGoShop();
if (shop === null) throw new Error("the examples are missing");
const { folder: cwd, ownFolder } = shop.workspace;
const opened = openStore(join(ownFolder, "store"), () => 3);
if (!opened.ok) throw new Error(opened.error.detail);
const store = opened.value;

const build = { package: null, command: [], args: [], env: {}, before: [], timeoutMs: 60_000 };
const recipe = () =>
  recipeBuild(
    { cwd, recipe: "go", args: [], imageProgram: null, build, artifact: null },
    store,
    ".",
  );

interface Took {
  readonly ms: number;
  readonly artifact: string;
}

async function timed(make: ReturnType<typeof recipe>): Promise<Took> {
  const began = performance.now();
  const built = await make("bench", new AbortController().signal);
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return { ms: performance.now() - began, artifact: built.value.artifact.id };
}

async function syncMs(artifact: string): Promise<number> {
  const path = store.pathOf(artifact);
  const began = performance.now();
  await syncToDisk(path);
  await syncToDisk(dirname(path));
  await syncToDisk(store.dir);
  return performance.now() - began;
}

let version = 100;
const edits = {
  "a line of the program": () => shop.save(++version),
  "a file that is none of its inputs": () => appendFileSync(join(cwd, "README.md"), "\n"),
};

const known = recipe();
await timed(known);
const rows: Record<string, Record<string, number[]>> = {};
const sync: number[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [what, edit] of Object.entries(edits)) {
      rows[what] ??= { "linked anew": [], "as hotpod builds": [] };
      edit();
      // A recipe that has built nothing yet has no program to lay down.
      const anew = await timed(recipe());
      rows[what]["linked anew"]?.push(anew.ms);
      if (what === "a line of the program") sync.push(await syncMs(anew.artifact));
      await timed(known);
      edit();
      rows[what]["as hotpod builds"]?.push((await timed(known)).ms);
    }
  }
} finally {
  store.close();
  shop.workspace.remove();
}

const spread = (list: readonly number[]) => ({
  minMs: Math.round(quantile(list, 0) ?? 0),
  p50Ms: Math.round(quantile(list, 0.5) ?? 0),
  maxMs: Math.round(quantile(list, 1) ?? 0),
});
const result = {
  format: "hotpod.build-speed/v1",
  date: new Date().toISOString().slice(0, 10),
  machine: machineText(describeMachine()),
  rounds: Number(values.rounds),
  /** Above the number of cores the machine had other work: only differences within a row mean something. */
  loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  builds: Object.entries(rows).map(([change, by]) => ({
    change,
    ...Object.fromEntries(Object.entries(by).map(([how, list]) => [how, spread(list)])),
  })),
  waitingForTheDisk: spread(sync),
};
const place = join(projectRoot(), "bench", "build");
mkdirSync(place, { recursive: true });
writeFileSync(join(place, `${result.date}.json`), `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
