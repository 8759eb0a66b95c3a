import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A `go` that notes each build's end, so that builds of every tool are counted the same way. */
export interface GoLog {
  /** To be put first in PATH. */
  readonly folder: string;
  /** Exit codes of the builds that ended, in order. A build that was killed is not there. */
  ends(): readonly number[];
}

export function createGoLog(below: string): GoLog {
  const real = spawnSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).stdout.trim();
  const folder = join(below, "bin");
  const log = join(below, "go.log");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "go"), script(real, log));
  chmodSync(join(folder, "go"), 0o755);
  return {
    folder,
    ends: () =>
      existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean).map(Number) : [],
  };
}

function script(real: string, log: string): string {
  return `#!/bin/sh
case "$1" in
build) "${real}" "$@"; code=$?; echo $code >> "${log}"; exit $code ;;
*) exec "${real}" "$@" ;;
esac
`;
}
