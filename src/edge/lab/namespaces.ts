import { spawnSync } from "node:child_process";

const FLAGS = {
  /** PID 1, with a /proc to match. */
  pid: ["--pid", "--fork", "--mount-proc", "--kill-child"],
  mount: ["--mount"],
} as const;

/** A command in a namespace of its own. */
export function inNamespace(kind: keyof typeof FLAGS, argv: readonly string[]): readonly string[] {
  const root = process.getuid?.() === 0;
  return ["unshare", ...(root ? [] : ["--user", "--map-root-user"]), ...FLAGS[kind], "--", ...argv];
}

/** null: namespaces can be made here; else why not. */
export function namespaceProblem(): string | null {
  const [program = "", ...args] = inNamespace("pid", ["true"]);
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split("\n").at(-1) ?? "unshare failed";
}
