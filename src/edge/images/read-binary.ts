import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fail, type Result } from "#base/result.js";
import type { ByteSource } from "#gobinary/byte-source.js";
import { type Program, type ProgramProblem, readProgram } from "#gobinary/read-program.js";

/** A program's own words, or what is wrong with its file. `unreadable`: `reason` is what the system says, such as ENOENT. */
export type BinaryProblem =
  | ProgramProblem
  | { readonly kind: "unreadable"; readonly reason: string };

export function readBinary(path: string): Result<Program, BinaryProblem> {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    return unreadable(error);
  }
  try {
    return readProgram(bytesOfFile(fd));
  } catch (error) {
    return unreadable(error);
  } finally {
    closeSync(fd);
  }
}

export function bytesOfFile(fd: number): ByteSource {
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset: number, length: number): Uint8Array {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
    },
  };
}

function unreadable(error: unknown): Result<never, BinaryProblem> {
  const { code, message } = error as NodeJS.ErrnoException;
  return fail({ kind: "unreadable", reason: code ?? message });
}
