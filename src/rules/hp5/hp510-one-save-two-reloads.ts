import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const oneSaveTwoReloads: Rule = {
  id: "HP510",
  name: "one-save-two-reloads",
  severity: "warning",
  reason: "a",
  inputs: "R|S",
  exports: "none",
  fix: "suggest",
  title: "One save causes two reloads.",
  why: "An editor writes beside the file, renames and sets its mode: several events of one save. Without waiting for the burst to end each starts a reload, and the two meet at the lock and the port.",
  when: "inotifywait -m in a loop with at least two of attrib, modify, close_write, moved_to and create, and nothing in the loop that waits for the burst to end.",
  remedy:
    "Watch close_write,moved_to alone, and read what else comes within 300 ms before acting: read -t 0.3.",
  fires: "inotifywait -m -e moved_to,attrib /etc/app | while read …",
  quiet: "inotifywait without -m; a loop that drains with read -t.",
  judge: { of: "container", judge: judgeLoop },
};

const EVENTS = new Set(["attrib", "modify", "close_write", "moved_to", "create"]);

function judgeLoop(subject: ContainerSubject): Outcome {
  const { command } = subject;
  if (command.kind === "unknown" || subject.isManaged || subject.isInit) return NOT_APPLICABLE;
  const text = command.argv.join(" ").slice(0, 16_384);
  const watch = /\binotifywait\b([^|;&\n]*)\|\s*while\b/.exec(text);
  if (watch === null) return NOT_APPLICABLE;
  const words = (watch[1] ?? "").trim().split(/\s+/);
  const monitors = words.some((word) => /^-[a-z]*m[a-z]*$/.test(word) || word === "--monitor");
  const events = words.flatMap((word, i) => {
    const value = word === "-e" ? words[i + 1] : /^--event=(.*)/.exec(word)?.[1];
    return (value ?? "").split(",").filter((one) => EVENTS.has(one));
  });
  const rest = text.slice(watch.index + watch[0].length);
  const drains = /\bread\s+(-\w+\s+)*-t\b|\bsleep\b|\btimeout\b|debounce/.test(rest);
  if (!monitors || new Set(events).size < 2 || drains) return PASS;
  return fails({
    severity: "warning",
    at: command.source,
    message: `One save makes ${[...new Set(events)].join(" and ")}, and each of them starts a reload.`,
  });
}
