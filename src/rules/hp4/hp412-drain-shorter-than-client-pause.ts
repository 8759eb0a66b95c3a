import { settingSource } from "#rules/pod/setting-source.js";
import { fails, NOT_APPLICABLE, type Outcome, openTiming, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const drainShorterThanClientPause: Rule = {
  id: "HP412",
  name: "drain-shorter-than-client-pause",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "W,(T|H)",
  exports: "KVR@",
  fix: "suggest",
  title:
    "Clients pause longer between requests than the drain lasts, so kept-alive connections break at a swap.",
  why: "A server can say `Connection: close` only with an answer. A client that was silent during the whole drain finds its connection closed with its next request, and does not always try again.",
  when: "Connections are kept alive with pauses (timing clientPause) longer than hotpod's drain.timeout.",
  remedy:
    "Drain at least as long within the grace, or let clients keep connections for a shorter time.",
  fires: "a drain of 2 s and pauses of 60 s.",
  quiet: "a drain of 25 s and pauses of 5 s.",
  judge: { of: "container", judge: judgeDrain },
};

function judgeDrain(subject: ContainerSubject): Outcome {
  const { settings } = subject;
  if (!subject.isManaged || settings === null || settings.listen.length === 0)
    return NOT_APPLICABLE;
  const pause = subject.timing("clientPause");
  if (pause === null) return openTiming("clientPause");
  const drain = settings.policy.drainTimeoutMs / 1_000;
  if (pause.value <= drain) return PASS;
  return fails({
    severity: "warning",
    at: settingSource(subject, "drain.timeout"),
    message: `Clients are silent for up to ${secondsText(pause.value)}, and an old generation closes after ${secondsText(drain)}.`,
    figures: [timingFigure(pause, "s")],
  });
}
