import { isWithin } from "#base/join-path.js";
import { allMounts, isWrittenByKubelet } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const watcherMissesDataSwap: Rule = {
  id: "HP507",
  name: "watcher-misses-data-swap",
  severity: "error",
  reason: "B",
  inputs: "W,(R|H|S)",
  exports: "none",
  fix: "suggest",
  title:
    "The config watcher looks at a file or misses the swap of ..data, and so misses ConfigMap updates.",
  why: "The kubelet writes a new folder and renames the link ..data onto it. The file that is seen is a link: the watched file is deleted, and is never modified.",
  when: "inotifywait in the container's command watches a file of a ConfigMap, Secret, projected or downwardAPI volume, or its folder for `modify` alone.",
  remedy: "Watch the folder for create and moved_to, and look again now and then.",
  fires: "inotifywait -e modify /etc/app/config.yaml",
  quiet: "inotifywait -e create,moved_to /etc/app",
  judge: { of: "container", judge: judgeWatch },
};

function judgeWatch(subject: ContainerSubject): Outcome {
  const { command } = subject;
  const mounts = allMounts(subject).filter((one) => isWrittenByKubelet(one) && !one.hasSubPath);
  if (command.kind === "unknown" || mounts.length === 0 || subject.isInit) return NOT_APPLICABLE;
  const text = command.argv.join(" ").slice(0, 16_384);
  const watches = [...text.matchAll(/\binotifywait\b([^|;&\n]*)/g)].map(([, rest = ""]) => rest);
  if (watches.length === 0) return NOT_APPLICABLE;
  for (const watch of watches) {
    const words = watch.trim().split(/\s+/);
    const events = eventsOf(words);
    for (const path of words.filter((word) => word.startsWith("/"))) {
      const clean = path.replace(/[)"']+$/, "").replace(/\/+$/, "");
      const mount = mounts.find((one) => isWithin(clean, one.mount.mountPath.replace(/\/+$/, "")));
      if (mount === undefined) continue;
      const isFile = clean !== mount.mount.mountPath.replace(/\/+$/, "");
      const sees =
        events.length === 0 || events.some((one) => /^(create|moved_to|move|delete)$/.test(one));
      if (!isFile && sees) continue;
      return fails({
        severity: "error",
        at: command.source,
        message: isFile
          ? `An update replaces ${clean} by a link's rename, so a watch on the file itself sees it deleted once and nothing after.`
          : `An update of ${clean} renames ..data, and a watch for ${events.join(", ")} does not see that.`,
        related: [
          { source: subject.at("volumeMounts", mount.index), message: "The kubelet writes it." },
        ],
        evidence: clean,
      });
    }
  }
  return PASS;
}

function eventsOf(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const value =
      word === "-e" || word === "--event" ? words[index + 1] : /^--event=(.*)/.exec(word)?.[1];
    return value === undefined ? [] : value.split(",");
  });
}
