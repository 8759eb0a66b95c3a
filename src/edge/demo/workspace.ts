import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "#edge/observe/own-command.js";

/** A throw-away copy of an example, so that edits touch nobody's files. */
export interface Workspace {
  /** The copy. */
  readonly folder: string;
  /** For the store and the control socket; beside the copy, so that nobody watches it. */
  readonly ownFolder: string;
  remove(): void;
}

/** null: this hotpod comes without examples (they are in the checkout, not in the package). */
export function copyExample(name: "go-shop" | "node-shop"): Workspace | null {
  const root = projectRoot();
  const example = join(root, "examples", name);
  if (!existsSync(example)) return null;
  const ownFolder = mkdtempSync(join(tmpdir(), "hotpod-demo-"));
  const folder = join(ownFolder, name);
  cpSync(example, folder, { recursive: true });
  // The copy stands elsewhere: what the module and the imports name by a relative path is named in full.
  const mod = join(folder, "go.mod");
  if (existsSync(mod)) rewrite(mod, /=> \.\.\/\.\.\//g, `=> ${root}/`);
  return {
    folder,
    ownFolder,
    remove: () => rmSync(ownFolder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function rewrite(path: string, pattern: RegExp, replacement: string): void {
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(pattern, () => replacement),
  );
}
