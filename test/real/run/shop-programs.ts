import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { copyShop, type Shop } from "./shop.js";

/** Ready-made programs of the shop, compiled once: the same bytes with another version. */
export interface ShopPrograms {
  readonly shop: Shop;
  /** Where a program may be dropped; nothing is there yet. */
  readonly drop: string;
  /** Writes the program of that version, executable. */
  make(version: number, path: string): void;
  bytes(version: number): Buffer;
  /** How clients see that version. */
  mark(version: number): string;
}

const mark = (version: number): string => `drop-${`${version}`.padStart(6, "0")}`;

export function compileShop(t: TestContext, fault = ""): ShopPrograms {
  const shop = copyShop(t, mark(1), fault);
  const first = compile(shop.folder, join(shop.ownFolder, "first"), {});
  assert.ok(first.includes(mark(1)));
  const bytes = (version: number): Buffer =>
    Buffer.from(first.replaceAll(mark(1), mark(version)), "latin1");
  return {
    shop,
    drop: join(shop.ownFolder, "drop"),
    make: (version, path) => writeFileSync(path, bytes(version), { mode: 0o755 }),
    bytes,
    mark,
  };
}

/** Compiles the module in this folder. */
export function compile(folder: string, path: string, env: NodeJS.ProcessEnv): string {
  const built = spawnSync("go", ["build", "-o", path, "."], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  assert.equal(built.status, 0, built.stderr);
  return readFileSync(path, "latin1");
}
