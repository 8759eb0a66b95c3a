import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this checkout or package: the nearest one above this file that holds a package.json. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error("hotpod runs from no package");
    folder = above;
  }
  return folder;
}

/**
 * How to start hotpod from any folder, as it is shipped: the bundle. What is measured is then what people get, and not
 * the loader that runs the sources.
 */
export function ownCommand(): readonly string[] {
  return [process.execPath, join(projectRoot(), "dist", "hotpod.js")];
}

/** In a checkout: makes the bundle of what the sources say now. Throws with the bundler's words. */
export function ensureBundle(): void {
  if (!fileURLToPath(import.meta.url).endsWith(".ts")) return;
  const root = projectRoot();
  const result = spawnSync(process.execPath, [join("tools", "build.mjs")], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (result.status !== 0) throw new Error(`the bundle cannot be made:\n${result.stderr}`);
}
