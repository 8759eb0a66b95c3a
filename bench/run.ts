// node -C source --import tsx bench/run.ts [--only NAME]… [--edits N] [--upgrades N] [--out FOLDER]: measures hotpod beside its
// peers on this machine, one after the other, and writes DATE.json and DATE.md, in bench/results unless told otherwise.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { interruption } from "#edge/demo/interruption.js";
import { type Cleanups, createCleanups } from "#edge/observe/cleanups.js";
import { describeMachine, machineText } from "#edge/observe/machine.js";
import { ensureBundle, projectRoot } from "#edge/observe/own-command.js";
import { type BenchResult, benchMarkdown, type UpgradesResult } from "#report/bench-table.js";
import { measureTool } from "./measure-tool.js";
import { upgradeHotpod, upgradeProgram } from "./measure-upgrades.js";
import { findProgram } from "./programs.js";
import { TOOLS } from "./tools.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    edits: { type: "string", default: "7" },
    upgrades: { type: "string", default: "100" },
    out: { type: "string", default: join("bench", "results") },
  },
});

ensureBundle();
const reload: BenchResult["reload"][number][] = [];
const upgrades: BenchResult["upgrades"][number][] = [];
const missing: BenchResult["missing"][number][] = [];
const wanted = (name: string): boolean => values.only === undefined || values.only.includes(name);

/** Each measurement ends with nothing of it left, also at Ctrl-C. */
let current: Cleanups = createCleanups();
async function measured<T>(measure: (cleanups: Cleanups) => Promise<T>): Promise<T> {
  current = createCleanups();
  try {
    return await measure(current);
  } finally {
    await current.run();
  }
}
void interruption().then(async () => {
  await current.run();
  process.exit(130);
});

for (const tool of TOOLS.filter(({ name }) => wanted(name))) {
  const found = findProgram(tool.needs);
  if (found.kind === "missing") {
    console.log(`${tool.name}: not here: ${found.why}`);
    missing.push({ name: tool.name, why: found.why });
    continue;
  }
  const version = tool.needs.kind === "go" ? tool.needs.version : "";
  try {
    const row = await measured((cleanups) =>
      measureTool(tool, found.path, { version, edits: Number(values.edits) }, cleanups),
    );
    console.log(JSON.stringify(row));
    reload.push(row);
  } catch (error) {
    const why = (error as Error).message;
    console.log(`${tool.name}: not measured: ${why}`);
    missing.push({ name: tool.name, why: why.split("\n")[0] ?? why });
  }
}
const peers: Readonly<Record<string, (count: number, ends: Cleanups) => Promise<UpgradesResult>>> =
  {
    hotpod: upgradeHotpod,
    selfupgrade: (count, ends) => upgradeProgram("selfupgrade", count, ends),
    tableflip: (count, ends) => upgradeProgram("tableflip", count, ends),
  };
for (const [name, upgrade] of Object.entries(peers)) {
  const count = Number(values.upgrades);
  if (count === 0 || !(wanted(name) || wanted("upgrades"))) continue;
  const row = await measured((cleanups) => upgrade(count, cleanups));
  console.log(JSON.stringify(row));
  upgrades.push(row);
}

const told = process.argv.slice(2);
const result: BenchResult = {
  format: "hotpod.bench/v1",
  date: new Date().toISOString().slice(0, 10),
  command: told.length === 0 ? "make bench" : `npm run bench -- ${told.join(" ")}`,
  machine: machineText(describeMachine()),
  reload,
  upgrades,
  missing,
};
const folder = join(projectRoot(), values.out);
mkdirSync(folder, { recursive: true });
const base = join(folder, result.date);
writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(`${base}.md`, `${benchMarkdown(result)}\n`);
console.log(benchMarkdown(result));
