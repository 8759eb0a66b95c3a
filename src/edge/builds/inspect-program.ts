import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "#gobinary/byte-source.js";
import { type BuildInfo, readBuildInfo } from "#gobinary/read-build-info.js";
import { readElf } from "#gobinary/read-elf.js";
import type { BuildFailure } from "#model/build-failure.js";
import { findProgram } from "./go-recipe.js";

export type Inspection =
  | { readonly kind: "good"; readonly buildInfo: BuildInfo | null }
  | Extract<BuildFailure, { kind: "incomplete" | "unusable" }>;

const MACHINES: Readonly<Record<string, string>> = {
  x64: "x86-64",
  arm64: "aarch64",
  arm: "arm",
  ia32: "386",
  ppc64: "ppc64",
  s390x: "s390x",
  riscv64: "riscv64",
  loong64: "loongarch64",
};
const FIRST_LINE_BYTES = 4_096;

/** Whether a file is a whole program for this machine: ELF, or a script whose interpreter is here. Throws as `fs` does. */
export function inspectProgram(path: string, name: string): Inspection {
  const fd = openSync(path, "r");
  try {
    const source = fileBytes(fd);
    if (source.size === 0) return incomplete(`${name} is empty`);
    const start = source.read(0, FIRST_LINE_BYTES);
    if (isScript(start)) return inspectScript(start, name);
    return inspectElf(source, name);
  } finally {
    closeSync(fd);
  }
}

/** What the kernel starts a file by: its dynamic loader, or the interpreter of a script. null: nothing, or it is no such file. */
export function interpreterOf(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const source = fileBytes(fd);
    const start = source.read(0, FIRST_LINE_BYTES);
    if (isScript(start)) return scriptInterpreter(start);
    const elf = readElf(source);
    return elf.ok ? elf.value.interpreter : null;
  } finally {
    closeSync(fd);
  }
}

function inspectElf(source: ByteSource, name: string): Inspection {
  const elf = readElf(source);
  if (!elf.ok) {
    const { error } = elf;
    if (error.kind === "incomplete") return incomplete(`${name}: ${error.detail}`);
    if (error.kind === "malformed") return unusable(`${name} is no valid program: ${error.detail}`);
    return unusable(`${name} is no program: it begins neither as ELF nor with #!`);
  }
  const { machine, type, interpreter } = elf.value;
  const here = MACHINES[process.arch] ?? process.arch;
  if (machine !== here) return unusable(`${name} is built for ${machine}, this machine is ${here}`);
  if (type === "other") return unusable(`${name} is an object file or a core dump, no program`);
  if (type === "shared" && interpreter === null && elf.value.sections.length > 0) {
    // A static position-independent program looks the same; only the kernel can tell.
    return { kind: "good", buildInfo: readBuildInfo(source, elf.value) };
  }
  if (interpreter !== null && !existsSync(interpreter)) {
    return unusable(
      `${name} needs ${interpreter}, which is not here: build it with CGO_ENABLED=0, or for this image`,
    );
  }
  return { kind: "good", buildInfo: readBuildInfo(source, elf.value) };
}

/** It begins with `#!`. */
const isScript = (start: Uint8Array): boolean => start[0] === 0x23 && start[1] === 0x21;

function scriptInterpreter(start: Uint8Array): string {
  const [line = ""] = new TextDecoder().decode(start).split("\n");
  const [interpreter = ""] = line.slice(2).trim().split(/\s+/);
  return interpreter;
}

function inspectScript(start: Uint8Array, name: string): Inspection {
  const interpreter = scriptInterpreter(start);
  if (findProgram(interpreter, "") === null) {
    return unusable(`${name} is a script for ${interpreter}, which is not here`);
  }
  return { kind: "good", buildInfo: null };
}

function fileBytes(fd: number): ByteSource {
  return {
    size: fstatSync(fd).size,
    read: (offset, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
    },
  };
}

const incomplete = (detail: string): Inspection => ({ kind: "incomplete", detail });
const unusable = (detail: string): Inspection => ({ kind: "unusable", detail });
