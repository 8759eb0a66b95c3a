// node -C source --import tsx bench/publish.ts bench|demo: writes the newest recorded table, or the transcript of a demo that it
// runs, between the markers of both READMEs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#edge/observe/own-command.js";
import { type BenchResult, benchMarkdown } from "#report/bench-table.js";
import { betweenMarkers } from "#report/between-markers.js";

const root = projectRoot();

function newestTable(): string {
  const folder = join(root, "bench", "results");
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .at(-1);
  if (newest === undefined) throw new Error("no recorded run: make bench");
  return benchMarkdown(JSON.parse(readFileSync(join(folder, newest), "utf8")) as BenchResult);
}

function demoTranscript(): string {
  const options = { cwd: root, encoding: "utf8", timeout: 300_000 } as const;
  const { status, stdout, stderr } = spawnSync("./hotpod", ["demo"], options);
  if (status !== 0) throw new Error(`the demo failed:\n${stdout}\n${stderr}`);
  return `\`\`\`text\n$ make demo\n${stdout.trim()}\n\`\`\``;
}

const [what = ""] = process.argv.slice(2);
const contents: Readonly<Record<string, () => string>> = {
  bench: newestTable,
  demo: demoTranscript,
};
const content = contents[what]?.();
if (content === undefined) throw new Error("say what: bench or demo");
for (const name of ["README.md", "README.zh-CN.md"]) {
  const path = join(root, name);
  if (!existsSync(path)) continue;
  const text = betweenMarkers(readFileSync(path, "utf8"), what, content);
  if (text === null) console.log(`${name} has no markers for ${what}`);
  else writeFileSync(path, text);
}
