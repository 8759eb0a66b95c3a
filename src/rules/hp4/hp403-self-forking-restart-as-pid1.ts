import { directRequirements, folderOf } from "#rules/image/go-mod.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";

export const selfForkingRestartAsPid1: Rule = {
  id: "HP403",
  name: "self-forking-restart-as-pid1",
  severity: "error",
  reason: "A",
  inputs: "W,G",
  exports: "none",
  fix: "none",
  title: "The graceful-restart library forks a new process and ends the old one, which is PID 1.",
  why: "When process 1 ends, the kernel ends every process of the container: the child that was to take over stops in the same instant. tini and dumb-init do not help, for they end with their first child.",
  when: "The go.mod beside the container's Dockerfile requires tableflip, endless or facebookgo/grace directly, and process 1 is the program itself, tini or dumb-init.",
  remedy:
    "A supervisor that holds the sockets and stays (hotpod, einhorn, start_server); drop the library's fork.",
  fires: 'tableflip and ENTRYPOINT ["/app"].',
  quiet: "an indirect requirement; a supervisor as process 1.",
  judge: { of: "container", judge: judgeLibrary },
};

const FORKING = /^github\.com\/(cloudflare\/tableflip|fvbock\/endless|facebookgo\/grace)(\/|$)/;
const STAYING = new Set([
  "hotpod",
  "einhorn",
  "start_server",
  "overseer",
  "supervisord",
  "s6-svscan",
]);

function judgeLibrary(subject: ContainerSubject): Outcome {
  const { image, command, project } = subject;
  if (image === null || command.kind === "unknown" || subject.isInit) return NOT_APPLICABLE;
  const mod = project.goMods.find(({ file }) => folderOf(file) === folderOf(image.file));
  const library =
    mod === undefined ? undefined : directRequirements(mod).find(({ path }) => FORKING.test(path));
  if (mod === undefined || library === undefined) return NOT_APPLICABLE;
  const words = command.argv.filter((word) => !word.startsWith("-")).map(baseName);
  if (subject.reload !== null || words.some((word) => STAYING.has(word))) return PASS;
  const region = {
    file: mod.file,
    line: library.line,
    column: 1,
    endLine: library.line,
    endColumn: 2,
  };
  return fails({
    severity: "error",
    at: command.source,
    message: `The program is process 1 and restarts itself with ${library.path}: when the old process ends, the new one ends with it.`,
    related: [{ source: { kind: "text", region }, message: "It is required here." }],
  });
}
