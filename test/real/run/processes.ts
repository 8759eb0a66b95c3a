import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The environment variable by which everything a run has started is found again, whatever session it moved to. */
export const STARTED_BY = "HOTPOD_TEST_STARTED_BY";

/** Living processes that carry this mark. */
export function markedProcesses(mark: string): number[] {
  return pids().filter((pid) => {
    const environment = text(`/proc/${pid}/environ`);
    return environment.split("\0").includes(`${STARTED_BY}=${mark}`);
  });
}

export interface KnownProcess {
  readonly pid: number;
  lives(): boolean;
}

/** Direct children, the exec shim too, which carries no mark. */
export function childrenOf(parent: number): KnownProcess[] {
  return pids()
    .filter((pid) => statOf(pid)?.parent === parent)
    .map((pid) => {
      const born = statOf(pid)?.born;
      return { pid, lives: () => statOf(pid)?.born === born };
    });
}

export function isAlive(pid: number): boolean {
  return statOf(pid) !== null;
}

/** null: gone, or a zombie. */
function statOf(pid: number): { parent: number; born: string } | null {
  const stat = text(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (stat === "" || fields[0] === "Z" || fields[0] === "X") return null;
  return { parent: Number(fields[1]), born: fields[19] ?? "" };
}

/** Somebody listens on this TCP port. */
export function listensOn(port: number): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"].some((table) =>
    text(table)
      .split("\n")
      .some((row) => {
        const fields = row.trim().split(/\s+/);
        return fields[3] === "0A" && fields[1]?.endsWith(suffix) === true;
      }),
  );
}

/** Resolves once the condition holds. Looks every few milliseconds; what does not come in time fails by its name. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = 20_000,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    assert.ok(performance.now() < end, `not within ${patienceMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const pids = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function text(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, "latin1") : "";
  } catch {
    return "";
  }
}
