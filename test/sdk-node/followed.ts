import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { writeVolume } from "#test/edge/atomic-writer.js";

/** What a configuration of the Node SDK has, as far as the tests use it. */
export interface Followed {
  readonly value: Settings;
  readonly version: { number: number; hash: string; at: Date };
  readonly error: Error | null;
  on(event: string, heard: (...args: never[]) => void): unknown;
  off(event: string, heard: (...args: never[]) => void): unknown;
  close(): void;
}

export interface Settings {
  readonly round: number;
  readonly list: { readonly name: string }[];
}

interface How {
  readonly pollMs: number;
  readonly settleMs: number;
  readonly notify: boolean;
}

interface Options {
  decode?(content: Buffer): unknown;
  validate?(value: Settings): Settings | undefined;
}

/** The SDK is plain JavaScript outside the program: the tests load it as its users do. */
const { follow } = (await import(pathToFileURL(resolve("sdk/node/lib/config.js")).href)) as {
  follow(path: string, options: Options, how: How): Followed;
};

/** The two ways of learning of a change, each alone. */
export const ways: readonly (How & { readonly way: string })[] = [
  { way: "told", pollMs: 3_600_000, settleMs: 2, notify: true },
  { way: "polled", pollMs: 2, settleMs: 2, notify: false },
];

export const polled: How = { pollMs: 2, settleMs: 2, notify: false };

export function start(
  t: TestContext,
  path: string,
  how: How = polled,
  options: Options = { validate },
): Followed {
  const followed = follow(path, options, how);
  t.after(() => followed.close());
  return followed;
}

export function validate(value: Settings): undefined {
  if (!Number.isInteger(value.round)) throw new Error("a round is a whole number");
}

export const contentOf = (round: number): string =>
  JSON.stringify({ round, list: [{ name: `round ${round}` }] });

/** The next event of this name. Its timer also keeps the test's process alive: a configuration does not. */
export function next(followed: Followed, event: "change" | "error"): Promise<unknown[]> {
  return new Promise((settle, fail) => {
    const deadline = setTimeout(() => fail(new Error(`no ${event} within 20 s`)), 20_000);
    const heard = (...args: unknown[]): void => {
      clearTimeout(deadline);
      followed.off(event, heard);
      settle(args);
    };
    followed.on(event, heard);
  });
}

export function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-sdk-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file of round 1. */
export function newFile(t: TestContext): string {
  const path = join(newFolder(t), "config.json");
  writeFileSync(path, contentOf(1));
  return path;
}

/** Replaces the file as an editor or a deployment tool does. */
export function replace(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

/** Writes the key config.json as the kubelet's atomic writer does; `keep` leaves its last steps out. */
export function publish(folder: string, stamp: string, content: string, keep = false): void {
  writeVolume(folder, stamp, { "config.json": content }, { keep });
}
