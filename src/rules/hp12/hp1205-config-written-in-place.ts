import { isWithin, joinPath } from "#base/join-path.js";
import { isWrittenByKubelet, mountOf } from "#rules/pod/mounts.js";
import { watchedPaths } from "#rules/pod/watched-paths.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { scriptOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const configWrittenInPlace: Rule = {
  id: "HP1205",
  name: "config-written-in-place",
  severity: "warning",
  reason: "a",
  inputs: "W,S,(R|H)",
  exports: "none",
  fix: "none",
  title: "Config is written in place under a watcher: the reload can read half a file.",
  why: "Only a rename swaps a file whole. Whoever watches a file that is being written sees its first part.",
  when: "A container's script writes (>, cp, tee) a path on a volume that another container of the pod watches.",
  remedy: "Write x.tmp on the same mount, then mv it.",
  fires: "a sidecar with curl … > /cfg/app.yaml",
  quiet: "sed -i and mv, which rename; ConfigMap volumes.",
  judge: { of: "container", judge: judgeScript },
};

const WRITES = /(?:>\s*|\btee\s+(?:-a\s+)?|\bcp\s+\S+\s+)(\/[\w./-]+)/g;

function judgeScript(subject: ContainerSubject): Outcome {
  const { command } = subject;
  const script = command.kind === "known" ? scriptOf(command.argv) : null;
  if (subject.isInit || script === null || command.kind === "unknown") return NOT_APPLICABLE;
  const watchers = subject.workload.running.filter((one) => one !== subject);
  for (const [, path = ""] of script.slice(0, 16_384).matchAll(WRITES)) {
    if (/\.(tmp|new)$/.test(path)) continue;
    const mounted = mountOf(subject, joinPath("/", path));
    if (mounted === null || isWrittenByKubelet(mounted)) continue;
    const inside = path.slice(mounted.mount.mountPath.length);
    const watcher = watchers.find((one) => {
      const there = one.container.volumeMounts.find(({ name }) => name === mounted.mount.name);
      const seen = there === undefined ? null : joinPath("/", `${there.mountPath}/${inside}`);
      return seen !== null && watchedPaths(one).some((each) => isWithin(seen, each));
    });
    if (watcher === undefined) continue;
    return fails({
      severity: "warning",
      at: command.source,
      message: `Container ${subject.name} writes ${path} in place, and ${watcher.name} watches it.`,
      remedy: `Write ${path}.tmp and mv it to ${path}.`,
      evidence: path,
    });
  }
  return PASS;
}
