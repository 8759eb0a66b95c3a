import { joinPath } from "#base/join-path.js";
import { type BuildAndStart, buildsAndStarts } from "#rules/reload/outputs.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import {
  airSetting,
  configMissing,
  settingChange,
  settingSource,
} from "#rules/reload/tool-setting.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";

export const buildOverRunningFile: Rule = {
  id: "HP1001",
  name: "build-over-running-file",
  severity: "warning",
  reason: "V",
  inputs: "R",
  exports: "none",
  fix: "suggest",
  title:
    "The build writes onto the file that is running, so there is no last good version to return to.",
  why: "Even where the compiler renames its output into place, the old file is gone as soon as a build that compiles but does not work has landed. A restart then starts the bad one.",
  when: "The output of the build is the file that is started. air, fresh and CompileDaemon do that by default.",
  remedy:
    "Build into a file of its own and rename it into place when it is whole, or let hotpod keep one file for every generation.",
  fires: "air with its defaults: it builds ./tmp/main and starts ./tmp/main.",
  quiet: "wgo run: every build has a fresh folder.",
  judge: { of: "reload", judge: judgeOutput },
};

function judgeOutput(reload: ReloadSubject): Outcome {
  const { program } = reload.use;
  if (program === "fresh") return fails(fault(reload, "./tmp/runner-build", null));
  if (program === "air") {
    const missing = airMissing(reload);
    if (missing !== null) return missing;
  }
  const all = buildsAndStarts(reload);
  if (all.length === 0) return program === "wgo" ? PASS : NOT_APPLICABLE;
  const same = all.find(isSame);
  if (same !== undefined) return fails(fault(reload, same.started ?? "", airFix(reload, same)));
  const builds = all.filter(({ build }) => build !== null);
  if (builds.length === 0) return NOT_APPLICABLE;
  const hidden = builds.find(({ output }) => output === null);
  if (hidden === undefined) return PASS;
  return open("R", `the build's output in the configuration: \`${hidden.build}\` does not show it`);
}

/** Both what is built and what is started may stand in the file. */
function airMissing(reload: ReloadSubject): Outcome | null {
  const said = ["cmd", "bin"].every((key) => airSetting(reload, "build", key)?.from === "flag");
  return said ? null : configMissing(reload);
}

function isSame({ output, started }: BuildAndStart): boolean {
  return output !== null && started !== null && joinPath("/", output) === joinPath("/", started);
}

function fault(reload: ReloadSubject, file: string, fix: Fix | null) {
  const at =
    reload.use.program === "air" ? settingSource(reload, "build", "cmd") : reload.use.source;
  return {
    severity: "warning" as const,
    at,
    message: `The build of ${reload.use.program} writes ${file}, which is the file it starts: a build that compiles but does not work leaves nothing to return to.`,
    figures: [{ name: "output", value: file, source: reload.use.config?.file ?? "default" }],
    evidence: file,
    ...(fix === null ? {} : { fix }),
  };
}

/** Only where the command is one build, whose output can be renamed by a second command of the same line. */
function airFix(reload: ReloadSubject, { build, output }: BuildAndStart): Fix | null {
  if (reload.use.program !== "air" || build === null || output === null) return null;
  const isPlain = /^\s*go build\s/.test(build) && !/[&|;<>$`\n]/.test(build);
  const place = build.indexOf(`-o ${output}`);
  if (!isPlain || place < 0) return null;
  const end = place + "-o ".length + output.length;
  const changed = `${build.slice(0, end)}.new${build.slice(end)} && mv ${output}.new ${output}`;
  const change = settingChange(reload, "build", "cmd", changed);
  if (change === null) return null;
  return { kind: "suggested", title: `build ${output}.new, then rename it`, changes: [change] };
}
