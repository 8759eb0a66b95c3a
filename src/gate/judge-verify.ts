import type { GateAnswer } from "#model/gate-report.js";
import type { GoSource } from "#ports/release.js";
import { different, evidence, open, same, told } from "./answer.js";

/** `go mod verify`: what lies extracted on this machine, beside what was downloaded. */
export function judgeVerify({ verified, goMod, toolchain, vendored }: GoSource): GateAnswer[] {
  if (goMod === null) return [];
  if (vendored) {
    const message =
      "Go builds what is in vendor/, which the commit holds, and not the module cache.";
    return [told("verify", { message, compared: [] })];
  }
  if (verified === null) {
    const why = toolchain === null ? "there is no `go` in PATH" : "it could not be started";
    return [
      open("verify", {
        message: `go mod verify was not run: ${why}.`,
        compared: [],
        remedy: "Run the gate where Go is, as in the builder's image.",
      }),
    ];
  }
  const compared = [evidence("output", verified.output, verified.command)];
  if (verified.succeeded) {
    const message = "What the module cache holds of them is as it was downloaded.";
    return [same("verify", { message, compared })];
  }
  return [
    different("verify", "error", {
      message: "The module cache is not what was downloaded, or could not be looked at.",
      compared,
      place: { file: goMod.file, line: 1 },
      remedy: "go clean -modcache, then build again; and find out who wrote into the cache.",
    }),
  ];
}
