import { insertFlags } from "#rules/reload/argv-change.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { flagText, toolRuns } from "#rules/reload/tool-runs.js";
import {
  airSetting,
  configMissing,
  settingChange,
  settingSource,
} from "#rules/reload/tool-setting.js";
import type { Change, Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const stopWithoutGrace: Rule = {
  id: "HP1002",
  name: "stop-without-grace",
  severity: "warning",
  reason: "L",
  inputs: "R,T?",
  exports: "none",
  fix: "safe",
  title: "A reload kills the old process at once; requests in flight are lost.",
  why: "air sends SIGKILL unless send_interrupt is set. Then it waits for kill_delay, which is 0 unless it is set, and 0 means SIGKILL right away. A number below 1,000,000 is milliseconds. fresh always kills, CompileDaemon does without -graceful-kill.",
  when: "air without send_interrupt, or with a kill_delay of 0 or shorter than stopTime times the safety factor; CompileDaemon without -graceful-kill; fresh; reflex whose timeout is shorter than that.",
  remedy:
    "Let the tool send a signal the service handles, and wait longer than its stop takes. It goes on as soon as the service has ended.",
  fires: "kill_delay = 500 with a stop of 3 s.",
  quiet: 'send_interrupt = true and kill_delay = "10s".',
  judge: { of: "reload", judge: judgeStop },
};

const CONCERNED = new Set(["air", "CompileDaemon", "fresh", "reflex"]);
const SECOND_US = 1_000_000;

function judgeStop(reload: ReloadSubject): Outcome {
  const { program, tool, config } = reload.use;
  if (!CONCERNED.has(program) || tool === null) return NOT_APPLICABLE;
  if (program === "air") {
    if (reload.use.problems.length > 0) return NOT_APPLICABLE;
    const missing = isSaidByFlags(reload) ? null : configMissing(reload);
    if (missing !== null) return missing;
  }
  const [first] = tool.stop;
  if (first === undefined) return NOT_APPLICABLE;
  if (first.signal === "SIGKILL") return fails(killsAtOnce(reload));
  const waitSeconds = first.waitUs === null ? Number.POSITIVE_INFINITY : first.waitUs / SECOND_US;
  const stop = reload.timing("stopTime");
  const needed = (stop?.value ?? 0) * reload.project.parameters.safety;
  if (waitSeconds > 0 && waitSeconds >= needed) return PASS;
  const takes = stop === null ? "" : `, and a stop takes ${secondsText(stop.value)}`;
  return fails({
    severity: "warning",
    at: program === "air" ? settingSource(reload, "build", "kill_delay") : reload.use.source,
    message: `Between ${first.signal} and SIGKILL ${program} waits ${secondsText(waitSeconds)}${takes}: requests in flight are lost.`,
    figures: [
      { name: "wait", value: secondsText(waitSeconds), source: config?.file ?? program },
      ...(stop === null ? [] : [timingFigure(stop, "s")]),
    ],
    ...withFix(reload),
  });
}

/** What a file could say is overruled. */
function isSaidByFlags(reload: ReloadSubject): boolean {
  const interrupt = airSetting(reload, "build", "send_interrupt");
  if (interrupt?.from !== "flag") return false;
  return interrupt.value !== true || airSetting(reload, "build", "kill_delay")?.from === "flag";
}

function killsAtOnce(reload: ReloadSubject): Fault {
  const { program, source } = reload.use;
  return {
    severity: "warning",
    at: program === "air" ? settingSource(reload, "build", "send_interrupt") : source,
    message: `Every reload by ${program} ends the old process with SIGKILL: requests in flight are lost.`,
    ...(program === "fresh"
      ? {
          remedy: "fresh cannot do otherwise: use a tool that sends a signal and waits, or hotpod.",
        }
      : withFix(reload)),
  };
}

const USUAL_SECONDS = 5;

/** Whether the service handles the signal is not known, so it is for a person to decide. */
function withFix(reload: ReloadSubject): { fix?: Fix } {
  const stop = reload.timing("stopTime")?.value;
  const { safety } = reload.project.parameters;
  const seconds = stop === undefined ? USUAL_SECONDS : Math.max(Math.ceil(stop * safety), 1);
  const grace = reload.container?.workload.workload.template.spec.terminationGracePeriodSeconds;
  if (grace !== undefined && seconds >= grace) return {};
  const changes = changesFor(reload, seconds);
  if (changes.length === 0) return {};
  return {
    fix: { kind: "suggested", title: `a signal first, and ${seconds} s for the stop`, changes },
  };
}

function changesFor(reload: ReloadSubject, seconds: number): readonly Change[] {
  const changes: (Change | null)[] = [];
  switch (reload.use.program) {
    case "air":
      for (const key of ["send_interrupt", "kill_delay"]) {
        if (airSetting(reload, "build", key)?.from === "flag") return [];
      }
      if (airSetting(reload, "build", "send_interrupt")?.value !== true) {
        changes.push(settingChange(reload, "build", "send_interrupt", true));
      }
      changes.push(settingChange(reload, "build", "kill_delay", `${seconds}s`));
      break;
    case "CompileDaemon":
      changes.push(insertFlags(reload, ["-graceful-kill", `-graceful-timeout=${seconds}`]));
      break;
    default:
      if (toolRuns(reload).some(({ flags }) => flagText(flags, "-t", "-shutdown-timeout") !== null))
        return [];
      changes.push(insertFlags(reload, ["-t", `${seconds}s`]));
  }
  return changes.filter((change) => change !== null);
}
