import { buildsHere } from "#rules/pod/builds-here.js";
import {
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  openTiming,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const cpuLimitStretchesBuild: Rule = {
  id: "HP703",
  name: "cpu-limit-stretches-build",
  severity: "info",
  reason: "O",
  inputs: "W,T",
  exports: "none",
  fix: "none",
  title: "The measured build time was taken with more CPU than the pod has.",
  why: "A build in the pod takes longer than the figure says, so what is computed from it is too friendly.",
  when: "The container's CPU limit is below the cores of the machine on which the timings were measured.",
  remedy: "Measure in the pod, or raise the builder's limit.",
  fires: "12 s on 8 cores under a limit of 500m: up to 192 s.",
  quiet: "no CPU limit.",
  judge: { of: "container", judge: judgeCpu },
};

function judgeCpu(subject: ContainerSubject): Outcome {
  const limit = subject.container.resources.limits.cpuMillis;
  if (!subject.isHot || !buildsHere(subject) || limit === null) return NOT_APPLICABLE;
  const build = subject.timing("build");
  if (build === null) return openTiming("build");
  const { measuredCores } = subject.project;
  if (measuredCores === null) return open("T", "--timings timings.json, which records the cores");
  if (limit >= measuredCores * 1_000) return PASS;
  const most = (build.value * measuredCores * 1_000) / limit;
  return fails({
    severity: "info",
    at: subject.at("resources", "limits", "cpu"),
    message: `The build took ${secondsText(build.value)} on ${measuredCores} cores; with ${limit / 1_000} it may take up to ${secondsText(most)}.`,
    figures: [
      timingFigure(build, "s"),
      { name: "cores", value: String(measuredCores), source: build.source },
    ],
  });
}
