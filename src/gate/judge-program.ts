import { goArchitecture } from "#gobinary/go-architecture.js";
import type { BuildInfo } from "#gobinary/read-build-info.js";
import type { Program, ProgramProblem } from "#gobinary/read-program.js";
import type { GateAnswer } from "#model/gate-report.js";
import { different, evidence, same } from "./answer.js";
import type { BinaryFacts } from "./facts.js";

/** A program whose build information could be read: what all other questions need. */
export interface KnownProgram {
  readonly file: string;
  readonly sha256: string;
  readonly program: Program;
  readonly info: BuildInfo;
}

export function knownProgram({ file, sha256, program }: BinaryFacts): KnownProgram | null {
  if (!program.ok || program.value.buildInfo === null) return null;
  return { file, sha256, program: program.value, info: program.value.buildInfo };
}

export function judgeProgram(binary: BinaryFacts): GateAnswer {
  const known = knownProgram(binary);
  if (known !== null) return goProgram(known);
  const { file, program } = binary;
  const { message, remedy } = program.ok
    ? withoutInfo(file, program.value)
    : noProgram(file, program.error);
  return different("program", "error", {
    ...{ message, remedy },
    compared: [evidence("file", `${binary.bytes} bytes`, file)],
  });
}

function goProgram({ file, info, program }: KnownProgram): GateAnswer {
  const { GOOS, GOARCH } = info.settings;
  const target = `${GOOS ?? "?"}/${GOARCH ?? goArchitecture(program) ?? program.machine}`;
  const from = `build information of ${file}`;
  return same("program", {
    message: `${file} is ${info.path}, built with ${info.goVersion} for ${target}.`,
    compared: [evidence("path", info.path, from), evidence("go", info.goVersion, from)],
  });
}

function withoutInfo(file: string, { origin }: Program): { message: string; remedy: string } {
  switch (origin) {
    case "upx":
      return {
        message: `${file} is packed with UPX, so that nothing of it can be read.`,
        remedy: "Give the program as it was before it was packed, and pack none that is shipped.",
      };
    case "go":
      return {
        message: `${file} is a Go program without its build information.`,
        remedy:
          "Build it with Go 1.18 or later, and remove no section but those of -ldflags=-s -w.",
      };
    case "rust":
      return {
        message: `${file} is a program written in Rust.`,
        remedy: "Name the Go program: this gate knows no other language.",
      };
    case "unknown":
      return {
        message: `${file} is no Go program: it has no Go build information.`,
        remedy: "Name the Go program itself, and not a wrapper of it or a program in C.",
      };
  }
}

function noProgram(file: string, problem: ProgramProblem): { message: string; remedy: string } {
  switch (problem.kind) {
    case "not-elf":
      return {
        message: `${file} is ${problem.format ?? "no ELF program"}; containers on Linux run ELF programs.`,
        remedy: "Build it with GOOS=linux, and name the program itself.",
      };
    case "incomplete":
      return {
        message: `${file} is not whole: ${problem.detail}.`,
        remedy: "Copy or download it again, and compare its length.",
      };
    case "malformed":
      return {
        message: `${file} is no valid ELF file: ${problem.detail}.`,
        remedy: "Build it again.",
      };
  }
}
