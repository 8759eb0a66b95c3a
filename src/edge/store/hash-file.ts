import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { breath } from "#edge/watch/breath.js";

const CHUNK_BYTES = 1 << 20;

export interface Hashed {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** SHA-256 of a file in hexadecimal. Lets the event loop turn meanwhile. Rejects as `open` and `read` do. */
export async function hashFile(path: string): Promise<Hashed> {
  const file = await open(path, "r");
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const turn = breath();
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, bytes);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      if (turn.isDue()) await turn.take();
    }
    return { sha256: hash.digest("hex"), bytes };
  } finally {
    await file.close();
  }
}
