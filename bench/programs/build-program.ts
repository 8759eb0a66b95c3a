import { join } from "node:path";
import { startChild } from "#edge/observe/child.js";
import { projectRoot } from "#edge/observe/own-command.js";

/** Builds a program of `bench/programs` into the folder; answers its path. Throws when it does not build. */
export async function buildProgram(name: string, folder: string): Promise<string> {
  const program = join(folder, name);
  const build = await startChild(["go", "build", "-o", program, "."], {
    cwd: join(projectRoot(), "bench", "programs", name),
    env: process.env,
    onLine: (line) => console.error(line),
  });
  if ((await build.exited) !== 0) throw new Error(`the program ${name} does not build`);
  return program;
}
