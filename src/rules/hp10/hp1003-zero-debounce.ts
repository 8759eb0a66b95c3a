import type { Source } from "#manifest/text/source.js";
import { toolFlags } from "#manifest/tools/tool-flags.js";
import { replaceWord } from "#rules/reload/argv-change.js";
import { commandParts, isGoRun } from "#rules/reload/command-parts.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { flagText, toolRuns } from "#rules/reload/tool-runs.js";
import {
  airSetting,
  configMissing,
  settingChange,
  settingSource,
} from "#rules/reload/tool-setting.js";
import type { Change } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";

export const zeroDebounce: Rule = {
  id: "HP1003",
  name: "zero-debounce",
  severity: "warning",
  reason: "B",
  inputs: "R",
  exports: "none",
  fix: "safe",
  title: "Every single file event starts a build.",
  why: "One save makes several events, and a git checkout touches hundreds of files. Without a delay each of them starts a build; air's own source warns that several then run at once.",
  when: "delay = 0 in air's configuration, as in the example it ships; a delay of 0 in nodemon that runs `go run`.",
  remedy:
    "Wait for the burst to end: 500 ms in air, 300 ms in nodemon. hotpod compares contents and cancels a build that is out of date.",
  fires: "delay = 0",
  quiet: "The key is absent: air waits 1000 ms.",
  judge: { of: "reload", judge: judgeDelay },
};

function judgeDelay(reload: ReloadSubject): Outcome {
  if (reload.use.program === "air") return judgeAir(reload);
  return reload.use.program === "nodemon" ? judgeNodemon(reload) : NOT_APPLICABLE;
}

const AIR_MS = 500;

function judgeAir(reload: ReloadSubject): Outcome {
  const delay = airSetting(reload, "build", "delay");
  if (delay === null) return configMissing(reload) ?? PASS;
  if (delay.value !== 0) return PASS;
  const change = delay.from === "file" ? settingChange(reload, "build", "delay", AIR_MS) : null;
  const message = "`build.delay = 0` asks for a build at every single file event.";
  return fails(fault(delay.at, message, `build.delay = ${AIR_MS}`, change));
}

const NODEMON_MS = 300;

function judgeNodemon(reload: ReloadSubject): Outcome {
  const { argv, table, source } = reload.use;
  if (!toolRuns(reload).some(({ command }) => commandParts(command).some(isGoRun))) return PASS;
  const message = "`delay` 0 compiles again at every single file event.";
  const title = `delay ${NODEMON_MS} ms`;
  const flag = flagText(toolFlags("nodemon", argv.slice(1)).flags, "-d", "-delay");
  if (flag !== null) {
    if (Number.parseFloat(flag) !== 0) return PASS;
    const index = argv.findIndex((word) => /^(-d|--delay)$/.test(word));
    const change = index < 0 ? null : replaceWord(reload, index + 1, `${NODEMON_MS}ms`);
    return fails(fault(source, message, title, change));
  }
  const delay = fieldsOf(table).delay;
  if (delay === undefined || Number.parseFloat(scalarText(delay)) !== 0) return PASS;
  const change = settingChange(reload, "", "delay", NODEMON_MS);
  return fails(fault(settingSource(reload, "", "delay"), message, title, change));
}

function fault(at: Source, message: string, title: string, change: Change | null): Fault {
  const fix = { kind: "safe" as const, title, changes: change === null ? [] : [change] };
  return { severity: "warning", at, message, ...(change === null ? {} : { fix }) };
}
