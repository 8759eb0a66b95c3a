import { spawnSync } from "node:child_process";

const FLAGS = {
  /** PID 1, with a /proc to match. */
  pid: ["--pid", "--fork", "--mount-proc", "--kill-child"],
  mount: ["--mount"],
  net: ["--net"],
} as const;

/** A command in a namespace of its own. */
export function inNamespace(kind: keyof typeof FLAGS, argv: readonly string[]): readonly string[] {
  const root = process.getuid?.() === 0;
  return ["unshare", ...(root ? [] : ["--user", "--map-root-user"]), ...FLAGS[kind], "--", ...argv];
}

/** null: such namespaces can be made here, and this command succeeds in one; else why not. */
export function namespaceProblem(
  kind: keyof typeof FLAGS,
  argv: readonly string[] = ["true"],
): string | null {
  const [program = "", ...args] = inNamespace(kind, argv);
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split("\n").at(-1) ?? "unshare failed";
}
