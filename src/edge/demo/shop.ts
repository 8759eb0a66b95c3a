import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "#model/notice.js";
import { copyExample, type Workspace } from "./workspace.js";

/** The example that is edited, and how it is edited. */
export interface Shop {
  readonly name: "go-shop" | "node-shop";
  readonly workspace: Workspace;
  /** What `hotpod run` is told besides the addresses. */
  readonly runArgs: readonly string[];
  /** A good edit. */
  save(version: number): void;
  /** Does not compile, where something is compiled; else cannot be read. */
  saveBroken(): void;
  /** Compiles, and ends before it listens. */
  saveCrashing(version: number): void;
  /** How hotpod tells that the broken edit was seen through. */
  readonly brokenEnd: Extract<Notice["kind"], "build-failed" | "candidate-failed">;
}

/** null: this hotpod comes without examples. */
export function openGoShop(): Shop | null {
  const workspace = copyExample("go-shop");
  if (workspace === null) return null;
  const save = saver(workspace.folder, "version.go");
  const source = (version: number, rest: string): string =>
    `package main\n\n// version is in every answer.\nconst version = "${version}"\n${rest}`;
  return {
    name: "go-shop",
    workspace,
    runArgs: [],
    save: (version) => save(source(version, "")),
    saveBroken: () => save('package main\n\nconst version = "oops\n'),
    saveCrashing: (version) => save(source(version, '\nfunc init() { panic("no database") }\n')),
    brokenEnd: "build-failed",
  };
}

/** null: this hotpod comes without examples. */
export function openNodeShop(): Shop | null {
  const workspace = copyExample("node-shop");
  if (workspace === null) return null;
  const save = saver(workspace.folder, "version.js");
  const source = (version: number): string => `export const version = "${version}";\n`;
  return {
    name: "node-shop",
    workspace,
    runArgs: ["--recipe", "none", "--", process.execPath, "server.js"],
    save: (version) => save(source(version)),
    saveBroken: () => save('export const version = "oops\n'),
    saveCrashing: (version) => save(`${source(version)}throw new Error("no database");\n`),
    brokenEnd: "candidate-failed",
  };
}

/** Saves as careful editors do: written beside, then renamed. */
function saver(folder: string, name: string): (text: string) => void {
  return (text) => {
    const beside = join(folder, `.${name}.swp`);
    writeFileSync(beside, text);
    renameSync(beside, join(folder, name));
  };
}
