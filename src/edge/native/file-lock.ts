import koffi from "koffi";

/** What the kernel knows of others that have a file open. Both let go with the descriptor, or with the process. */
export interface FileLocks {
  /** Takes the lock of an open file (flock) without waiting. False: another process has it. */
  lock(fd: number): boolean;
  /** Whether any process of this node has the file open for writing; null when it may not be asked. */
  hasWriter(fd: number): boolean | null;
}

const LOCK_EX_NB = 2 | 4;
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;

/** Throws where there is no C library to bind to. `fd` of `hasWriter` must be open for reading only. */
export function fileLocks(): FileLocks {
  const library = koffi.load(null);
  const flock = library.func("int flock(int, int)");
  const fcntl = library.func("int fcntl(int, int, ...)");
  return {
    lock: (fd) => flock(fd, LOCK_EX_NB) === 0,
    hasWriter: (fd) => {
      // A read lease is refused with EAGAIN exactly while somebody could write.
      if (fcntl(fd, F_SETLEASE, "int", F_RDLCK) === 0) {
        fcntl(fd, F_SETLEASE, "int", F_UNLCK);
        return false;
      }
      return koffi.errno() === koffi.os.errno.EAGAIN ? true : null;
    },
  };
}
