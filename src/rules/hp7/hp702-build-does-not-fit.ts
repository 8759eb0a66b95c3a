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
import { bytesText, timingFigure } from "#rules/subject/figure.js";

export const buildDoesNotFit: Rule = {
  id: "HP702",
  name: "build-does-not-fit",
  severity: "warning",
  reason: "a",
  inputs: "W,T",
  exports: "KVR@",
  fix: "suggest",
  title: "The compiler's memory peak does not fit beside the service.",
  why: "Linkers need much for a moment. In the container that serves, the kernel may then kill the service instead.",
  when: "The build runs in the serving container, and the service and the build together need more than 90 % of the memory limit.",
  remedy: "Build in a sidecar with a limit of its own, or with -p 1 and GOMEMLIMIT for the build.",
  fires: "150 Mi of service and 700 Mi of build under a limit of 512 Mi.",
  quiet: "a binary that comes from outside.",
  judge: { of: "container", judge: judgeBuild },
};

const SHARE = 0.9;

function judgeBuild(subject: ContainerSubject): Outcome {
  if (!subject.isHot || !buildsHere(subject)) return NOT_APPLICABLE;
  const limit = subject.container.resources.limits.memoryBytes;
  if (limit === null) return open("W", "a memory limit of the container");
  const [rss, build] = [subject.timing("rss"), subject.timing("buildRss")];
  if (rss === null) return openTiming("rss");
  if (build === null) return openTiming("buildRss");
  const sum = rss.value + build.value;
  if (sum <= limit * SHARE) return PASS;
  return fails({
    severity: "warning",
    at: subject.at("resources", "limits", "memory"),
    message: `Service and build together take ${bytesText(sum)} of a limit of ${bytesText(limit)}.`,
    figures: [timingFigure(rss, "bytes"), timingFigure(build, "bytes")],
  });
}
