/** A file's bytes, read where they are needed: a binary of 100 MB is never held as a whole. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

export function bytesOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}
