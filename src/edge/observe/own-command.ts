import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "#base/user-error.js";

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

/** In a checkout: makes the bundle of what the sources say now. Throws a UserError with the bundler's words. */
export function ensureBundle(): void {
  if (!fileURLToPath(import.meta.url).endsWith(".ts")) return;
  const root = projectRoot();
  const result = spawnSync(process.execPath, [join("tools", "build.mjs")], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (result.status === 0) return;
  const said = `${result.stderr}`.trim();
  // Of an exception of Node its one line of words.
  const words = /^Error: (.+)$/m.exec(said)?.[1] ?? said;
  throw new UserError({
    code: "no-bundle",
    message: `the bundle of this checkout cannot be made: ${words}`,
    hint: `Run \`npm run build\` in ${root} as the user that it belongs to.`,
  });
}
