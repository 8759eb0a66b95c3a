import { UserError } from "#base/user-error.js";
import { describeVolume } from "./volume.js";

/** Why the store cannot be used or written. What serves is never touched by it. */
export interface StoreFailure {
  readonly kind:
    | "full"
    | "read-only"
    | "not-permitted"
    | "not-a-directory"
    | "no-exec"
    | "cross-device"
    | "locked"
    | "failed";
  readonly dir: string;
  /** One line that names the folder and its volume. */
  readonly detail: string;
}

const KINDS: Readonly<Record<string, StoreFailure["kind"]>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EROFS: "read-only",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
  ENOTDIR: "not-a-directory",
  EEXIST: "not-a-directory",
  EXDEV: "cross-device",
};

/** From what a file system call threw. */
export function storeFailure(error: unknown, dir: string): StoreFailure {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const kind = KINDS[code] ?? "failed";
  return { kind, dir, detail: describe(kind, dir, code === "" ? message : code) };
}

export function knownFailure(kind: StoreFailure["kind"], dir: string, more = ""): StoreFailure {
  return { kind, dir, detail: describe(kind, dir, more) };
}

function describe(kind: StoreFailure["kind"], dir: string, more: string): string {
  const volume = describeVolume(dir);
  switch (kind) {
    case "full":
      return `the volume ${volume} of the store ${dir} is full (${more})`;
    case "read-only":
      return `the volume ${volume} of the store ${dir} is mounted read-only`;
    case "not-permitted":
      return `this user may not write to the store ${dir} on ${volume} (${more})`;
    case "not-a-directory":
      return `the store ${dir} on ${volume}: a part of this path is no folder`;
    case "no-exec":
      return `the volume ${volume} of the store ${dir} lets no program run (noexec)`;
    case "cross-device":
      return `files cannot be renamed within the store ${dir} on ${volume} (EXDEV): it is more than one mount`;
    case "locked":
      return `another hotpod uses the store ${dir}${more}`;
    case "failed": {
      const what = more === "ENOENT" ? "no folder can be made there (ENOENT)" : more;
      return `the store ${dir} on ${volume}: ${what}`;
    }
  }
}

const HINTS: Readonly<Record<StoreFailure["kind"], string>> = {
  full: "Free space on it, give it a larger sizeLimit, or keep fewer artifacts (store.keep).",
  "read-only": "Point store.dir (--store-dir) to a writable volume, for example an emptyDir.",
  "not-permitted":
    "Set fsGroup in the pod's securityContext, or point store.dir to a volume this user owns.",
  "not-a-directory": "Point store.dir (--store-dir) to a folder.",
  "no-exec":
    "Point store.dir (--store-dir) to a volume mounted without noexec, for example an emptyDir.",
  "cross-device": "Mount the store's volume once; do not mount subPaths of it inside.",
  locked: "Give each hotpod a store.dir of its own, or stop the other one.",
  failed: "Point store.dir (--store-dir) to another volume.",
};

export function storeError(failure: StoreFailure): UserError {
  const { kind, detail } = failure;
  const code = kind === "failed" ? "store-failed" : `store-${kind}`;
  return new UserError({ code, message: detail, hint: HINTS[kind], exitCode: 1 });
}
