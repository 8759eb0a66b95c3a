import { readdirSync } from "node:fs";
import { readProc } from "#edge/native/read-proc.js";

/** Alive: neither gone nor waiting for its parent to take note. */
export function isAlive(pid: number): boolean {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat !== null && !/\) [ZX] /.test(stat);
}

export function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const parent = /\) \S (\d+)/.exec(readProc(`/proc/${name}/stat`) ?? "")?.[1];
    return Number(parent) === pid ? [Number(name)] : [];
  });
}
