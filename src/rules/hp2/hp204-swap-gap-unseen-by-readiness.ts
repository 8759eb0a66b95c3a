import { capital } from "#base/capital.js";
import { gapFigure, swapOf } from "#rules/pod/swap.js";
import {
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  openTiming,
  PASS,
  together,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { servingOf } from "#rules/service/serving.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText } from "#rules/subject/figure.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { withdrawalUs } from "#simulate/forms/safe-bounds.js";

export const swapGapUnseenByReadiness: Rule = {
  id: "HP204",
  name: "swap-gap-unseen-by-readiness",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "W,N,T,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "Requests are refused because readiness cannot see a gap this short.",
  why: "The pod stays in its Service until the readiness probe has failed often enough and the endpoints have followed. Meanwhile every new connection goes to a port where nobody listens.",
  when: "A Service selects the pod, a reload leaves nobody listening, and nothing withdraws readiness long enough before the stop.",
  remedy: "Hold the socket during the reload, or let both programs overlap.",
  fires: "a gap of 0.8 s with a readinessProbe of period 5 and threshold 3.",
  quiet: "watchexec --socket, which holds the socket; a container without a Service.",
  judge: { of: "container", judge: judgeSwap },
};

function judgeSwap(subject: ContainerSubject): Outcome {
  if (!subject.isHot || subject.isManaged) return NOT_APPLICABLE;
  const { workload } = subject;
  const serving = servingOf(workload);
  if (serving === "unknown") return open("N", "the Services of the namespace");
  const [first] = serving;
  if (first === undefined) return NOT_APPLICABLE;
  const { mode, gapSeconds, missing, figures } = swapOf(subject);
  if (mode === null)
    return open("R", "what reloads the container: `command` in the manifest, or hotpod.yaml");
  if (mode !== "refuse") return PASS;
  if (gapSeconds === null) return together(missing.map(openTiming));
  if (gapSeconds === 0) return PASS;
  const { endpointLag } = subject.project.parameters;
  const readiness = subject.probe("readiness");
  const seen = readiness === null ? Infinity : withdrawalUs(readiness) / SECOND_US + endpointLag;
  const lost = Math.min(gapSeconds, seen);
  const at = readiness === null ? subject.at("name") : subject.atProbe("readiness");
  return fails({
    severity: "warning",
    at,
    message: `${capital(first.title)} sends connections to a port where nobody listens for ${secondsText(lost)} of every reload.`,
    figures: [
      ...figures,
      gapFigure(gapSeconds, "nobody listens"),
      ...(readiness === null
        ? []
        : [
            {
              name: "withdrawal",
              value: secondsText(seen),
              source: "readinessProbe and endpointLag",
            },
          ]),
    ],
  });
}
