import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

/**
 * The reload tool air itself, in a folder with a service for Node: after a save of a `.mjs` file it builds, ends the service and starts it
 * again; before 1.65.2 it ends the service first.
 */
export function startAir(bench: LabBench, options: AirOptions): Promise<LabProcess> {
  const { cwd, env } = options;
  return bench.processes.start(airCommand(bench, options), { cwd, env });
}

/** Writes air's configuration into the folder; how air is started there. */
export function airCommand(
  bench: LabBench,
  { cwd, build, command }: Omit<AirOptions, "env">,
): readonly string[] {
  const text = (value: string): string => JSON.stringify(value);
  bench.files.write(
    `${cwd}/.air.toml`,
    `root = "."
tmp_dir = "tmp"
[build]
cmd = ${text(build)}
full_bin = ${text(command)}
include_ext = ["mjs"]
delay = ${DELAY_MS}
`,
  );
  return [bench.program("air"), "-c", ".air.toml"];
}

/** `build` and `command` are shell commands. */
export interface AirOptions {
  /** Everything below is watched. */
  readonly cwd: string;
  readonly build: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How long air waits for quiet after a save; its default is a second. */
const DELAY_MS = 50;
