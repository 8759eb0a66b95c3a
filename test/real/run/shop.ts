import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { copyExample } from "#edge/demo/workspace.js";
import type { LoadSummary } from "#edge/load/load-summary.js";
import { type LoadChild, startLoadChild } from "#edge/observe/load-child.js";
import { type Hotpod, PATIENCE_MS, startHotpod } from "./hotpod.js";

/** A copy of examples/go-shop that may be edited. */
export interface Shop {
  readonly folder: string;
  readonly ownFolder: string;
  /** Replaces version.go as careful editors do; `fault` is one of examples/go-shop/faults.go. */
  save(version: number | string, fault?: string): void;
  /** Writes any file, in place. */
  write(name: string, text: string): void;
  read(name: string): string;
}

export function copyShop(t: TestContext, version: number | string = 1, fault = ""): Shop {
  const workspace = copyExample("go-shop");
  assert.ok(workspace !== null, "the examples are part of the checkout");
  t.after(() => workspace.remove());
  const { folder, ownFolder } = workspace;
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const save = (newer: number | string, newFault = ""): void => {
    write(".version.go.swp", versionSource(newer, newFault));
    renameSync(join(folder, ".version.go.swp"), join(folder, "version.go"));
  };
  save(version, fault);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  return { folder, ownFolder, save, write, read };
}

/** One file, so that version and fault change in one save. */
export function versionSource(version: number | string, fault = ""): string {
  const head = "package main\n\n";
  if (fault === "") return `${head}const version = "${version}"\n`;
  const init = `func init() { os.Setenv("SHOP_FAULT", "${fault}") }`;
  return `${head}import "os"\n\nconst version = "${version}"\n\n${init}\n`;
}

export const QUICK = ["--linger", "100ms", "--drain-timeout", "5s"];
/** The old generation ends at once, as that of a service which cannot stand by. */
const WITHOUT_STANDBY = ["--standby", "false"];

export interface Served {
  readonly shop: Shop;
  readonly hotpod: Hotpod;
  readonly load: LoadChild;
}

/** hotpod on a copy of the shop, serving version 1 to clients. */
export async function serveShop(
  t: TestContext,
  args: readonly string[] = [],
  shop: Shop = copyShop(t),
  more: { readonly wrapper?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Served> {
  const { folder: cwd, ownFolder } = shop;
  const standby = args.includes("--standby") ? [] : WITHOUT_STANDBY;
  const all = [...QUICK, ...standby, ...args];
  const hotpod = await startHotpod(t, { cwd, ownFolder, args: all, ...more });
  await hotpod.seen("promoted");
  return { shop, hotpod, load: await startClients(t, hotpod) };
}

/** Light load: enough to see every millisecond of trouble, little enough to leave the compiler its cores. */
export async function startClients(t: TestContext, { port }: Hotpod): Promise<LoadChild> {
  const load = await startLoadChild({
    url: `http://127.0.0.1:${port}/version`,
    ...{ connections: 8, ratePerSecond: 50, thinkMs: 20, args: ["--proof", "end"] },
  });
  t.after(() => load.kill());
  await load.versions.until("the first answer", () => true, 0, PATIENCE_MS);
  return load;
}

/** The clients were answered all along, and by these versions only, in this order. */
export function assertUnhurt(summary: LoadSummary, versions: readonly string[]): void {
  assert.deepEqual(summary.failures, [], JSON.stringify(summary.failures));
  assert.deepEqual(
    summary.versions.map(({ version }) => version),
    versions,
  );
  assert.equal(summary.backwards, 0, summary.backwardsExamples.join("\n"));
  assert.ok(summary.requests > 50, `only ${summary.requests} requests`);
}

/** Waits until clients are answered by that version. */
export const reached = (load: LoadChild, version: number | string) =>
  load.versions.until(
    `version ${version}`,
    (seen) => seen.version === `${version}`,
    0,
    PATIENCE_MS,
  );
