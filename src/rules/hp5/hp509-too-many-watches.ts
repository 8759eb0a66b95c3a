import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { fails, NOT_APPLICABLE, type Outcome, openTiming, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { timingFigure } from "#rules/subject/figure.js";

export const tooManyWatches: Rule = {
  id: "HP509",
  name: "too-many-watches",
  severity: "warning",
  reason: "B",
  inputs: "R,T?",
  exports: "none",
  fix: "suggest",
  title: "The watched tree may exceed the node's inotify limits.",
  why: "Each folder takes a watch. The limit is per user and node, and all pods of that user share it; beyond it changes are not noticed.",
  when: "The measured number of folders (timing dirs) is above half of maxWatches (8192).",
  remedy:
    "Leave out vendor, .git and node_modules, poll, or raise fs.inotify.max_user_watches on the node.",
  fires: "9,000 folders.",
  quiet: "9,000 files in 200 folders.",
  judge: { of: "reload", judge: judgeFolders },
};

const SHARE = 0.5;

function judgeFolders(reload: ReloadSubject): Outcome {
  if (reload.use.tool === null) return NOT_APPLICABLE;
  const dirs = reload.timing("dirs");
  if (dirs === null) return openTiming("dirs");
  const { maxWatches } = reload.project.parameters;
  if (dirs.value <= maxWatches * SHARE) return PASS;
  return fails({
    severity: "warning",
    at: reload.use.source,
    message: `${dirs.value.toLocaleString("en")} folders are watched, and a node lets a user watch ${maxWatches.toLocaleString("en")}, for all its pods together.`,
    figures: [timingFigure(dirs, "")],
  });
}
