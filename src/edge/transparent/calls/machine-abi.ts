/** The system calls that a service's supervisor may be told of. */
export const CALL_NAMES = [
  "bind",
  "connect",
  "unlink",
  "unlinkat",
  "chmod",
  "fchmodat",
  "fchmodat2",
  "chown",
  "lchown",
  "fchownat",
] as const;
export type CallName = (typeof CALL_NAMES)[number];

/** What differs between machines: linux/audit.h and the tables of system calls. */
export interface MachineAbi {
  readonly auditArch: number;
  readonly seccomp: number;
  /** Younger machines have no calls without a folder. */
  readonly calls: Readonly<Partial<Record<CallName, number>>> & { readonly bind: number };
}

/** Machines on which calls can be told. */
export const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, MachineAbi>>> = {
  x64: {
    auditArch: 0xc000003e,
    seccomp: 317,
    calls: {
      bind: 49,
      connect: 42,
      unlink: 87,
      unlinkat: 263,
      chmod: 90,
      fchmodat: 268,
      fchmodat2: 452,
      chown: 92,
      lchown: 94,
      fchownat: 260,
    },
  },
  arm64: {
    auditArch: 0xc00000b7,
    seccomp: 277,
    calls: {
      bind: 200,
      connect: 203,
      unlinkat: 35,
      fchmodat: 53,
      fchmodat2: 452,
      fchownat: 54,
    },
  },
};

/** null: a call that nobody is told of. */
export function callName({ calls }: MachineAbi, number: number): CallName | null {
  return CALL_NAMES.find((name) => calls[name] === number) ?? null;
}
