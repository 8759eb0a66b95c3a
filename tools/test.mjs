// node tools/test.mjs FOLDER [--not FOLDER] [--only TEXT] [--jobs N]: runs the *.test.ts files below FOLDER with node:test.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    not: { type: "string", multiple: true, default: [] },
    only: { type: "string" },
    jobs: { type: "string", default: "2" },
  },
});

const files = positionals
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  )
  .filter((file) => !values.not.some((folder) => file.startsWith(`${folder}/`)))
  .filter((file) => values.only === undefined || file.includes(values.only))
  .sort();

if (files.length === 0) {
  console.error(`no test files below ${positionals.join(", ")}`);
  process.exit(2);
}

const flags = ["-C", "source", "--import", "tsx", "--test", `--test-concurrency=${values.jobs}`];
const child = spawn(process.execPath, [...flags, "--test-reporter=spec", ...files], {
  stdio: "inherit",
});
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
