import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { newFolder } from "#test/sdk-node/followed.js";

/** A service as its author writes it, checked as strictly as TypeScript can. */
const SERVICE = `
import { createServer } from "node:http";
import { config, generation, listen, serve } from "hotpod-sdk";
import type { Config, Place, Service, Version } from "hotpod-sdk";

interface Limits { readonly perSecond: number }
const limits: Config<Limits> = config<Limits>("limits.json", {
  decode: (content) => JSON.parse(content.toString()),
  validate: (value) => { if (value.perSecond <= 0) throw new Error("perSecond must be more than 0"); },
});
limits.on("change", (now, before) => console.log(before.perSecond, now.perSecond));
limits.on("error", (error) => console.error(error.message));
const { number, hash, at }: Version = limits.version;
const place: Place = listen("127.0.0.1:0");
const service: Service = serve(createServer((_, answer) => { answer.end(); }), {
  listen: "127.0.0.1:0", drain: "5s", exit: false, onDrain: async (signal) => { signal.throwIfAborted(); },
});
service.signal.addEventListener("abort", () => { limits.close(); });
console.log(limits.value.perSecond, number, hash, at.getTime() > 0, generation(), "port" in place);
const { cut } = await service.drain();
console.log("cut", cut);
`;

const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as { version: string };

test("the package, installed into an empty folder, serves a typed service", {
  timeout: 120_000,
}, (t) => {
  const folder = newFolder(t);
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const [packed] = JSON.parse(
    run("npm", "pack", resolve("sdk/node"), "--json", "--pack-destination", folder),
  ) as [{ filename: string; files: { path: string }[] }];
  const lib = readdirSync("sdk/node/lib").map((name) => `lib/${name}`);
  const own = ["LICENSE", "README.md", "index.d.ts", "index.js", ...lib, "package.json"];
  assert.deepEqual(packed.files.map(({ path }) => path).sort(), own.sort());
  assert.equal(read("sdk/node/package.json").version, read("package.json").version);
  assert.equal(readFileSync("sdk/node/LICENSE", "utf8"), readFileSync("LICENSE", "utf8"));

  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
  run("npm", "install", "--offline", "--no-audit", "--no-fund", `./${packed.filename}`);
  const installed = readdirSync(join(folder, "node_modules")).filter((name) => name[0] !== ".");
  assert.deepEqual(installed, ["hotpod-sdk"], "nothing comes along");

  writeFileSync(join(folder, "limits.json"), `{ "perSecond": 20 }`);
  writeFileSync(join(folder, "service.mts"), SERVICE);
  const types = ["--typeRoots", resolve("node_modules/@types"), "--types", "node"];
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
  const modules = ["--module", "nodenext", "--target", "es2023"];
  run(resolve("node_modules/.bin/tsc"), ...types, ...strict, ...modules, "service.mts");
  const out = run(process.execPath, "service.mjs");
  assert.match(out, /^20 1 [0-9a-f]{12} true 0 true\ncut 0\n$/);
});
