import { ChildProcess } from "node:child_process";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import { readWaitStatus, type WaitStatus } from "./wait-status.js";

/** Waits for processes Node does not know: generations, and orphans that became ours. */
export interface Reaper {
  /** Tells once how this child of ours ended. */
  watch(pid: number, ended: (status: WaitStatus) => void): void;
  /** Orphans reaped so far. */
  readonly orphans: number;
  stop(): void;
}

const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x01000000;
const PR_SET_CHILD_SUBREAPER = 36;
const SIGINFO_BYTES = 128;

/** Orphaned descendants become our children, as they do for PID 1. False: the kernel does not allow it. */
export function becomeSubreaper(libc: Libc = loadLibc()): boolean {
  return process.pid === 1 || libc.prctl(PR_SET_CHILD_SUBREAPER, 1) === 0;
}

/**
 * Starts reaping; once a process, in its main thread. It looks without taking (WNOWAIT) and then takes exactly one pid, never
 * `waitpid(-1)`: that would steal the exits of what Node spawned. `ChildProcess.prototype.spawn` is wrapped to know those.
 */
export function startReaper(libc: Libc = loadLibc()): Reaper {
  const nodes = knowNodesChildren();
  const watched = new Map<number, (status: WaitStatus) => void>();
  const info = Buffer.alloc(SIGINFO_BYTES);
  let orphans = 0;
  let again: NodeJS.Immediate | null = null;

  const look = (idType: number, id: number, options: number): WaitStatus | null => {
    info.fill(0);
    return libc.waitid(idType, id, info, WEXITED | WNOHANG | options) === 0
      ? readWaitStatus(info)
      : null;
  };
  const reap = (): void => {
    again = null;
    for (const [pid, ended] of [...watched]) {
      const status = look(P_PID, pid, 0);
      if (status === null) continue;
      watched.delete(pid);
      ended(status);
    }
    for (;;) {
      const status = look(P_ALL, 0, WNOWAIT);
      if (status === null) return;
      // Node has not got round to its own child, which hides what is behind it: look again after its turn.
      if (nodes.pids.has(status.pid) || watched.has(status.pid)) {
        wake();
        return;
      }
      if (libc.waitpid(status.pid) !== status.pid) return;
      orphans++;
    }
  };
  const wake = (): void => {
    again ??= setImmediate(reap);
  };
  process.on("SIGCHLD", wake);
  wake();
  return {
    watch: (pid, ended) => {
      watched.set(pid, ended);
      wake();
    },
    get orphans() {
      return orphans;
    },
    stop: () => {
      process.off("SIGCHLD", wake);
      if (again !== null) clearImmediate(again);
      nodes.forget();
    },
  };
}

interface SpawningPrototype {
  spawn(this: ChildProcess, options: unknown): unknown;
}

/** The pids Node waits for itself, whatever the function that spawned them: all go through this one method. */
function knowNodesChildren() {
  const pids = new Set<number>();
  const prototype = ChildProcess.prototype as unknown as SpawningPrototype;
  const original = prototype.spawn;
  prototype.spawn = function (options) {
    const result = original.call(this, options);
    const { pid } = this;
    if (pid !== undefined) {
      pids.add(pid);
      this.once("exit", () => pids.delete(pid));
    }
    return result;
  };
  const forget = () => {
    prototype.spawn = original;
  };
  return { pids, forget };
}
