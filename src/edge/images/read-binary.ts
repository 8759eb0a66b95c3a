import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fail, ok, type Result } from "#base/result.js";
import { readBuildInfo } from "#gobinary/read-build-info.js";
import { readElf } from "#gobinary/read-elf.js";
import { readNeeded } from "#gobinary/read-needed.js";

/** What a program's file says of itself. */
export interface ReadBinary {
  readonly machine: string;
  readonly interpreter: string | null;
  readonly needed: readonly string[];
  readonly goVersion: string | null;
  readonly settings: Readonly<Record<string, string>>;
}

/** The error is what is wrong with the file, in words. */
export function readBinary(path: string): Result<ReadBinary, string> {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    return fail((error as NodeJS.ErrnoException).code ?? "it cannot be read");
  }
  try {
    const { size } = fstatSync(fd);
    const source = {
      size,
      read(offset: number, length: number): Uint8Array {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
      },
    };
    const elf = readElf(source);
    if (!elf.ok) {
      return fail(elf.error.kind === "not-elf" ? "it is no ELF program" : elf.error.detail);
    }
    const info = readBuildInfo(source, elf.value);
    return ok({
      machine: elf.value.machine,
      interpreter: elf.value.interpreter,
      needed: readNeeded(source, elf.value),
      goVersion: info?.goVersion ?? null,
      settings: info?.settings ?? {},
    });
  } catch (error) {
    return fail((error as NodeJS.ErrnoException).code ?? "it cannot be read");
  } finally {
    closeSync(fd);
  }
}
