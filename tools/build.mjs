// Bundles the program into dist/: hotpod.js with its parts (everything but koffi, which is native), shim.cjs (the exec
// shim, kept apart because its start-up time counts) and relay.js (the thread that forwards).
//
// The parts are what the sources import lazily. hotpod.js itself is tiny, so that the signal handlers of
// PID 1 are there before anything else is read; what a run never asks for is never loaded.

import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

const OUT = "dist";

const common = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  conditions: ["source"],
  external: ["koffi"],
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  outdir: OUT,
  write: false,
};

// Some packages inside are CommonJS and call require() for Node's own modules.
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const outputs = [
  await bundle({
    ...common,
    entryPoints: [{ in: "src/cli/main.ts", out: "hotpod" }],
    format: "esm",
    splitting: true,
    chunkNames: "part-[hash]",
    banner: { js: REQUIRE },
  }),
  await bundle({
    ...common,
    entryPoints: [{ in: "src/edge/proxy/worker.ts", out: "relay" }],
    format: "esm",
    banner: { js: REQUIRE },
  }),
  await bundle({
    ...common,
    entryPoints: [{ in: "src/edge/processes/shim.ts", out: "shim" }],
    format: "cjs",
    outExtension: { ".js": ".cjs" },
  }),
].flatMap((result) => result.outputFiles);

/** esbuild has printed what is wrong; its exception adds nothing. */
async function bundle(options) {
  return build(options).catch(() => process.exit(1));
}

// Files are replaced one by one and leftovers removed at last, so that a build disturbs nobody who runs.
await mkdir(OUT, { recursive: true });
const written = new Set();
for (const { path, text } of outputs) {
  const name = basename(path);
  const content = name === "hotpod.js" ? `#!/usr/bin/env node\n${text}` : text;
  const file = `${OUT}/${name}`;
  if (!existsSync(file) || readFileSync(file, "utf8") !== content) await writeFile(file, content);
  written.add(name);
}
// Whoever runs a checkout of somebody else's may not change the mode, and need not.
const { mode } = await stat(`${OUT}/hotpod.js`);
if (mode % 0o1000 !== 0o755) await chmod(`${OUT}/hotpod.js`, 0o755);
for (const name of await readdir(OUT)) {
  if (!written.has(name)) await rm(`${OUT}/${name}`, { recursive: true });
}
