import { readGoMod } from "#manifest/go/read-go-mod.js";
import type { GateAnswer } from "#model/gate-report.js";
import type { GoSource } from "#ports/release.js";
import { different, evidence, same } from "./answer.js";
import { isOlder } from "./go-version.js";
import type { KnownProgram } from "./judge-program.js";

/** The `go` line is a lower bound that Go itself keeps, the `toolchain` line one that GOTOOLCHAIN=local passes over. */
export function judgeToolchain(known: KnownProgram, { goMod }: GoSource): GateAnswer[] {
  if (goMod === null) return [];
  const { go, toolchain } = readGoMod(goMod.text);
  const { goVersion } = known.info;
  const compared = [evidence("go", goVersion, `build information of ${known.file}`)];
  for (const [name, asked, grade] of [
    ["go", go, "error"],
    ["toolchain", toolchain, "warning"],
  ] as const) {
    if (asked === null) continue;
    compared.push(evidence(`${name} line`, asked.version, `${goMod.file}:${asked.line}`));
    if (!isOlder(goVersion, asked.version)) continue;
    return [
      different("toolchain", grade, {
        message: `It was built with ${goVersion}, and go.mod asks for ${asked.version} at least.`,
        compared,
        place: { file: goMod.file, line: asked.line },
        remedy: "Build it again with the toolchain that go.mod asks for.",
      }),
    ];
  }
  const message = `${goVersion} is what go.mod asks for, or newer.`;
  return [same("toolchain", { message, compared })];
}
