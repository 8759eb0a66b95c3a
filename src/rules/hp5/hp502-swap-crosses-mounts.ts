import { joinPath } from "#base/join-path.js";
import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { workFolder } from "#rules/subject/hot-paths.js";

export const swapCrossesMounts: Rule = {
  id: "HP502",
  name: "swap-crosses-mounts",
  severity: "error",
  reason: "A",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The new binary is moved across mount points, so the swap is a copy, not a rename.",
  why: "Across mount points a rename is refused (EXDEV), so mv removes the target and copies: the file is absent, then partial, and meanwhile nobody can run it. Two mounts of one volume are two mount points.",
  when: "A reload moves or installs the program from a folder on another mount point than its target.",
  remedy: "Build beside the target (main.new) and rename it there.",
  fires: "mv /tmp/build/app /app/main with /app on an emptyDir.",
  quiet: "both below one mount; both on the root file system.",
  judge: { of: "container", judge: judgeMoves },
};

function judgeMoves(subject: ContainerSubject): Outcome {
  const { command, reload } = subject;
  if (!subject.isHot || command.kind === "unknown") return NOT_APPLICABLE;
  const texts = [...command.argv, ...textsOf(reload?.table?.build)];
  const folder = workFolder(subject) ?? "/";
  for (const { words } of texts.flatMap(commandsOf)) {
    const [program = "", ...rest] = words;
    const plain = rest.filter((word) => !word.startsWith("-"));
    const [from, to] = [plain.at(-2), plain.at(-1)];
    if (!/(^|\/)(mv|install)$/.test(program) || from === undefined || to === undefined) continue;
    const [source, target] = [joinPath(folder, from), joinPath(folder, to)];
    if (mountOf(subject, source)?.index === mountOf(subject, target)?.index) continue;
    return fails({
      severity: "error",
      at: command.source,
      message: `A reload moves ${source} to ${target} across mount points, so the file is absent and partial for a while.`,
      remedy: `Build ${target}.new and rename it.`,
    });
  }
  return PASS;
}

function textsOf(build: unknown): string[] {
  if (typeof build !== "object" || build === null) return [];
  return Object.values(build).flatMap((value: unknown) => {
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  });
}
