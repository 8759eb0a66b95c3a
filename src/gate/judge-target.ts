import { goArchitecture } from "#gobinary/go-architecture.js";
import type { GateAnswer, GateEvidence } from "#model/gate-report.js";
import { different, evidence, same } from "./answer.js";
import type { Platform } from "./facts.js";
import type { KnownProgram } from "./judge-program.js";

/** The ELF header beside the build information, and both beside what it is to run on. */
export function judgeTarget(known: KnownProgram, platforms: readonly Platform[]): GateAnswer[] {
  const { file, program, info } = known;
  const from = `build information of ${file}`;
  const { GOOS: os = "", GOARCH: architecture = "" } = info.settings;
  const header = goArchitecture(program) ?? program.machine;
  const own = [
    evidence("machine", header, `ELF header of ${file}`),
    evidence("GOOS/GOARCH", `${os}/${architecture}`, from),
  ];
  if (program.type === "other") {
    const message = `${file} is an object file or a core dump, and no program.`;
    return [wrong(message, own, "Name the program that go build writes.")];
  }
  if (architecture !== "" && header !== architecture) {
    const message = `Its header says ${header}, and its build information ${architecture}: the file was put together or changed.`;
    return [wrong(message, own, "Build it again, and find out who changed it.")];
  }
  if (platforms.length === 0) {
    return [
      same("target", { message: `It is for ${os}/${header}, as its header says.`, compared: own }),
    ];
  }
  return platforms.map((platform) => ofPlatform(known, platform, own));
}

function ofPlatform(known: KnownProgram, platform: Platform, own: GateEvidence[]): GateAnswer {
  const { settings } = known.info;
  const { os, architecture, variant, from } = platform;
  const name = [os, architecture, ...(variant === null ? [] : [variant])].join("/");
  const compared = [...own, evidence("platform", name, from)];
  if (settings.GOOS !== os || settings.GOARCH !== architecture) {
    const message = `It is for ${settings.GOOS}/${settings.GOARCH}, and ${from} says ${name}.`;
    return wrong(message, compared, `Build it with GOOS=${os} GOARCH=${architecture}.`);
  }
  const level = LEVELS[architecture];
  const needs = level === undefined ? undefined : settings[level];
  if (level !== undefined && needs !== undefined && variant !== null && exceeds(needs, variant)) {
    return wrong(
      `It was built with ${level}=${needs}, and ${from} promises no more than ${variant}: it would end at the first instruction that is missing.`,
      [...compared, evidence(level, needs, `build information of ${known.file}`)],
      `Build it with ${level} no higher than ${variant}.`,
    );
  }
  return same("target", { message: `It is for ${name}.`, compared });
}

/** By architecture, the setting that says what the processor has to know. */
const LEVELS: Readonly<Record<string, string>> = {
  amd64: "GOAMD64",
  arm: "GOARM",
  arm64: "GOARM64",
};

/** `v3` is more than `v2`, `7` and `v7` are the same, `v8.0` is `v8`; an option such as `,hardfloat` counts for nothing. */
function exceeds(needs: string, has: string): boolean {
  const [a, b] = [needs, has].map((text) => /(\d+)(?:\.(\d+))?/.exec(text));
  if (a === null || a === undefined || b === null || b === undefined) return false;
  const [major, minor] = [Number(a[1]) - Number(b[1]), Number(a[2] ?? 0) - Number(b[2] ?? 0)];
  return major > 0 || (major === 0 && minor > 0);
}

const wrong = (message: string, compared: readonly GateEvidence[], remedy: string): GateAnswer =>
  different("target", "error", { message, compared, remedy });
