import { safeFix, setInObject } from "#rules/fix/set-field.js";
import { startTimeOf } from "#rules/pod/start-time.js";
import {
  type Figure,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  openTiming,
  PASS,
  together,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const progressDeadlineTooShort: Rule = {
  id: "HP904",
  name: "progress-deadline-too-short",
  severity: "warning",
  reason: "B",
  inputs: "W,T",
  exports: "KVR@",
  fix: "safe",
  title: "The roll-out is reported as failed although it is only slow.",
  why: "The deadline starts again at every progress; when a single pod takes longer than it, the Deployment says ProgressDeadlineExceeded. Nothing is rolled back, but pipelines that wait for the roll-out fail.",
  when: "Pulling the image, the init containers and the start (times the safety factor), or minReadySeconds, take as long as progressDeadlineSeconds (600 by default).",
  remedy: "Raise progressDeadlineSeconds to one and a half times the longest silent stretch.",
  fires: "a build of 500 s in an init container and a start of 200 s.",
  quiet: "ten pods of 100 s each: there is progress in between.",
  judge: { of: "workload", judge: judgeDeadline },
};

const ROOM = 1.5;

function judgeDeadline(subject: WorkloadSubject): Outcome {
  const { workload, project } = subject;
  const { rollout } = workload;
  if (workload.kind !== "Deployment" || rollout === null) return NOT_APPLICABLE;
  const inits = subject.containers.filter(({ isInit }) => isInit).map(({ name }) => `init.${name}`);
  const keys = ["coldStart", ...inits];
  const missing = keys.filter((key) => subject.timing(key) === null);
  if (missing.length > 0) return together(missing.map(openTiming));
  const { safety } = project.parameters;
  const pull = subject.timing("imagePull");
  const figures: Figure[] = [];
  let silent = pull?.value ?? 0;
  for (const timing of [pull, ...inits.map((key) => subject.timing(key))]) {
    if (timing !== null) figures.push(timingFigure(timing, "s"));
  }
  for (const key of inits) silent += subject.timing(key)?.value ?? 0;
  // The pod is ready when its slowest container is.
  const starts = subject.running.flatMap((one) => startTimeOf(one) ?? []);
  const [slowest] = starts.sort((a, b) => b.seconds - a.seconds);
  figures.push(...(slowest?.figures ?? []));
  silent += safety * (slowest?.seconds ?? 0);
  const longest = Math.max(silent, rollout.minReadySeconds);
  const { progressDeadlineSeconds } = rollout;
  if (longest < progressDeadlineSeconds) return PASS;
  const wanted = Math.ceil(ROOM * longest);
  return fails({
    severity: "warning",
    at: subject.at("spec", "progressDeadlineSeconds"),
    message: `One pod may show no progress for ${secondsText(longest)}, and after ${progressDeadlineSeconds} s the roll-out counts as failed.`,
    figures,
    fix: safeFix(
      `progressDeadlineSeconds: ${wanted}`,
      setInObject(subject, ["spec", "progressDeadlineSeconds"], wanted),
    ),
  });
}
