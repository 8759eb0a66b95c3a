import { splitWords } from "#base/split-words.js";
import type { Shell } from "#manifest/dockerfile/base-shell.js";
import { safeFix, setInContainer } from "#rules/fix/set-field.js";
import { shellOf } from "#rules/image/shell-of.js";
import { sharesPids } from "#rules/pod/pid1.js";
import type { Change, Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOf, isShell, scriptOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";

export const shellStaysPid1: Rule = {
  id: "HP402",
  name: "shell-stays-pid1",
  severity: "warning",
  reason: "L",
  inputs: "W,D?",
  exports: "KVR@",
  fix: "safe",
  title: "A shell stays PID 1 and swallows SIGTERM.",
  why: "A shell that waits for its last command neither handles SIGTERM nor hands it on, so the stop takes the whole grace and ends with SIGKILL. Whether it waits depends on the shell: dash always does, bash and the ash of busybox and Alpine replace themselves by a last command that is neither in a pipeline nor in the background.",
  when: "The command is sh, bash, ash or dash with -c, its last command has no exec, and it has no trap for TERM: a warning where the shell certainly waits (dash, which Debian and Ubuntu have as sh; or the command is in a pipeline or the background), an info where neither the command nor the base of its Dockerfile tells which shell it is.",
  remedy: "Put exec before the last command, or write the command as a list without a shell.",
  fires: 'command: [dash, -c, "./app"]; [sh, -c, "./app | tee log"]; CMD ./app on Debian.',
  quiet: "CMD ./app on Alpine; sh -c 'set -e; . /env; exec ./app'; a script with trap and wait.",
  peers: "hadolint DL3025, for the form alone",
  judge: { of: "container", judge: judgeShell },
};

function judgeShell(subject: ContainerSubject): Outcome {
  const { command } = subject;
  if (subject.isInit || sharesPids(subject)) return NOT_APPLICABLE;
  if (!subject.isHot && !drains(subject)) return NOT_APPLICABLE;
  if (command.kind === "unknown") return open("D", command.say);
  const script = scriptOf(command.argv);
  // What a shell reads from a file is not seen.
  if (script === null) return isShell(command.argv[0] ?? "") ? NOT_APPLICABLE : PASS;
  if (/\btrap\b[^;\n]*\b(SIG)?TERM\b/.test(script.slice(0, 16_384))) return PASS;
  const commands = commandsOf(script);
  const server = commands.findLast(({ words }) => words.length > 0);
  if (server === undefined || commands.some(({ text }) => /^\s*exec\s/.test(text))) return PASS;
  const inLoop = /\bdone\s*$/.test(script);
  const alone = !inLoop && !commands.some(({ behind }) => ["&", "|", "|&"].includes(behind));
  const word = command.argv[0] ?? "";
  // Whether a shell replaces itself inside `if`, `case` and braces depends on its version.
  const isList = commands.every(({ keywords }) => keywords.length === 0);
  const shell = shellOf(word, subject.image);
  if (alone && isList && (shell === "ash" || shell === "bash")) return PASS;
  const waits = shell === "dash" || !alone;
  const fix = alone ? execFix(subject, script) : null;
  return fails({
    severity: waits ? (drains(subject) ? "error" : "warning") : "info",
    at: command.source,
    message: waits
      ? `The shell stays process 1 and does not hand SIGTERM to ${server.words[0]}.`
      : `Whether the shell stays process 1 before ${server.words[0]} depends on the image's ${baseName(word)}: dash does.`,
    related: baseOf(subject, shell),
    ...(fix === null ? {} : { fix }),
  });
}

/** Where the image is what tells the shell. */
function baseOf({ command, image }: ContainerSubject, shell: Shell | null) {
  if (command.kind === "unknown" || image === null || shell === null) return [];
  if (baseName(command.argv[0] ?? "") === shell) return [];
  const message = `${image.base} has ${shell} as its sh.`;
  return [{ source: { kind: "text" as const, region: image.baseRegion }, message }];
}

/** Somebody counts on an orderly end. */
function drains({ container, settings }: ContainerSubject): boolean {
  return container.lifecycle.preStop !== null || settings !== null;
}

/** In the manifest, or in the Dockerfile that the command comes from. */
function execFix(subject: ContainerSubject, script: string): Fix | null {
  const text = withExec(script);
  if (text === null) return null;
  const title = "exec before the last command";
  const { command, args } = subject.container;
  const list = command?.includes(script) ? "command" : "args";
  const index = (list === "command" ? command : args)?.indexOf(script) ?? -1;
  if (index >= 0) return safeFix(title, setInContainer(subject, [list, index], text));
  const change = inDockerfile(subject, script, text);
  return change === null ? null : safeFix(title, change);
}

/** What a shell does itself. */
const NO_PROGRAM = new Set(
  ". : break case cd continue do done elif else esac eval exec exit export fi for if read return set shift source then time trap true umask unset until wait while".split(
    " ",
  ),
);

/** Only where the last command certainly begins behind the last separator. */
export function withExec(script: string): string | null {
  const separators = [";", "\n", "&&", "||"].map((one) => {
    const at = script.lastIndexOf(one);
    return at < 0 ? 0 : at + one.length;
  });
  const cut = Math.max(...separators);
  const [head, last] = [script.slice(0, cut), script.slice(cut)];
  const quoted = /["'`$(]/.test(head);
  const [, program = ""] = /^\s*([\w./-]+)(\s|$)/.exec(last) ?? [];
  const simple = program !== "" && !NO_PROGRAM.has(program) && splitWords(last) !== null;
  if (quoted || !simple) return null;
  const space = /^\s*/.exec(last)?.[0] ?? "";
  return `${head}${space}exec ${last.trimStart()}`;
}

/** Where the instruction holds the script as it is: in the shell form on one line. */
function inDockerfile(
  { image, command, project }: ContainerSubject,
  script: string,
  newText: string,
): Change | null {
  if (image === null || command.kind === "unknown" || command.source.kind !== "text") return null;
  const { region } = command.source;
  const instruction = image.instructions.find((one) => one.region === region);
  const reading = project.dockerfiles.find(({ file }) => file === image.file);
  if (instruction === undefined || instruction.argv !== null || reading === undefined) return null;
  const { file, text } = reading;
  const end = instruction.end;
  const start = end - script.length;
  if (start < instruction.start || text.slice(start, end) !== script) return null;
  return { kind: "text", file, text, start, end, newText };
}
