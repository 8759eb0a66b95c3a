import { open } from "node:fs/promises";

/**
 * fsync of a file or folder. It is opened for reading: a descriptor for writing that a fork inherits would make a
 * program "busy". Rejects as `open` and `sync` do.
 */
export async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
