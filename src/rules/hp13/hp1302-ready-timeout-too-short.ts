import { settingSource } from "#rules/pod/setting-source.js";
import { fails, NOT_APPLICABLE, type Outcome, openTiming, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const readyTimeoutTooShort: Rule = {
  id: "HP1302",
  name: "ready-timeout-too-short",
  severity: "warning",
  reason: "B",
  inputs: "H,T",
  exports: "none",
  fix: "suggest",
  title: "New generations are given up before they can be ready.",
  why: "A candidate that is not ready within ready.timeout is ended and its version put aside. Too short a time puts good versions aside.",
  when: "ready.timeout is shorter than the program's start (times the safety factor); longer than 300 s is worth a note, for a bad version is noticed that late.",
  remedy: "Set ready.timeout to twice the measured start.",
  fires: "3 s against a start of 4 s.",
  quiet: "10 s against a start of 4 s.",
  judge: { of: "container", judge: judgeTimeout },
};

const MOST = 300;

function judgeTimeout(subject: ContainerSubject): Outcome {
  const { settings } = subject;
  if (!subject.isManaged || settings === null) return NOT_APPLICABLE;
  const timeout = settings.policy.readyTimeoutMs / 1_000;
  const at = settingSource(subject, "ready.timeout");
  if (timeout > MOST) {
    const message = `A version that never gets ready is noticed only after ${secondsText(timeout)}.`;
    return fails({ severity: "info", at, message, evidence: "long" });
  }
  const start = subject.timing("appStart");
  if (start === null) return openTiming("appStart");
  const { safety } = subject.project.parameters;
  if (timeout >= safety * start.value) return PASS;
  return fails({
    severity: "warning",
    at,
    message: `The program takes ${secondsText(start.value)} to be ready, and is given up after ${secondsText(timeout)}.`,
    figures: [
      timingFigure(start, "s"),
      {
        name: "ready.timeout",
        value: secondsText(timeout),
        source: subject.setting("ready.timeout")?.origin ?? "",
      },
    ],
    evidence: "short",
    remedy: `Set ready.timeout to ${Math.ceil(2 * safety * start.value)}s.`,
  });
}
