import { joinPath } from "#base/join-path.js";
import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsIn, type ScriptCommand } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const initCopiesHotBinary: Rule = {
  id: "HP301",
  name: "init-copies-hot-binary",
  severity: "warning",
  reason: "V",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "An init container writes the binary that the reloader later replaces.",
  why: "It does not run again when the container restarts, but a new sandbox or a node's reboot runs it, and it silently puts the old version back.",
  when: "An init container's command writes (cp, mv, install, tar -C, -o) the path that a reload replaces, on the same volume.",
  remedy:
    "Copy only when the target is absent, or leave the choice to hotpod (boot: image or last-good).",
  fires: "cp /build/app /app/main, with air building /app/main on the same emptyDir.",
  quiet: "an init container that copies configuration; a copy to another path.",
  judge: { of: "container", judge: judgeInit },
};

function judgeInit(subject: ContainerSubject): Outcome {
  if (!subject.isInit) return NOT_APPLICABLE;
  const { command } = subject;
  const hot = subject.workload.running.filter(({ isHot, isManaged }) => isHot && !isManaged);
  if (command.kind === "unknown" || hot.length === 0) return NOT_APPLICABLE;
  const written = commandsIn(command.argv).flatMap((one) => targetsOf(one, subject));
  const clash = hot.flatMap((other) =>
    other.hotPaths.files.flatMap(({ path, source }) =>
      written.some((target) => sameFile(subject, target, other, path)) ? [{ path, source }] : [],
    ),
  );
  const [first] = clash;
  if (first === undefined || writesOnlyAbsent(command.argv)) return PASS;
  return fails({
    severity: "warning",
    at: command.source,
    message: `Init container ${subject.name} writes ${first.path}, which a reload replaces: a new sandbox puts the old version back.`,
    related: [{ source: first.source, message: "A reload replaces it here." }],
    evidence: first.path,
  });
}

function targetsOf({ words }: ScriptCommand, subject: ContainerSubject): string[] {
  const [program = "", ...rest] = words;
  const name = program.split("/").at(-1) ?? "";
  const folder = subject.container.workingDir ?? "/";
  const plain = rest.filter((word) => !word.startsWith("-"));
  const target = plain.at(-1);
  const output = rest[rest.indexOf("-o") + 1];
  if (["cp", "mv", "install"].includes(name) && target !== undefined && plain.length > 1) {
    const into = joinPath(folder, target);
    const below = plain.slice(0, -1).map((from) => joinPath(into, from.split("/").at(-1) ?? ""));
    return [into, ...below];
  }
  return rest.includes("-o") && output !== undefined ? [joinPath(folder, output)] : [];
}

/** `[ -e target ] || cp …`, `cp -n`: writes only what is absent. */
function writesOnlyAbsent(argv: readonly string[]): boolean {
  const text = argv.join(" ").slice(0, 4_096);
  return /(\]|\btest [^;&|]*)\s*\|\|\s*(cp|mv|install)\b|\bcp\s+-\w*n/.test(text);
}

function sameFile(a: ContainerSubject, left: string, b: ContainerSubject, right: string): boolean {
  const [from, to] = [mountOf(a, left), mountOf(b, right)];
  if (from === null || to === null || from.mount.name !== to.mount.name) return false;
  const inside = (path: string, mountPath: string): string => path.slice(mountPath.length);
  return inside(left, from.mount.mountPath) === inside(right, to.mount.mountPath);
}
