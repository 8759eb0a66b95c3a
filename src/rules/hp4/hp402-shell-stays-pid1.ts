import { splitWords } from "#base/split-words.js";
import { safeFix, setInContainer } from "#rules/fix/set-field.js";
import { sharesPids } from "#rules/pod/pid1.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOf, scriptOf } from "#rules/shell/shell-text.js";
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
  why: "A shell that waits for its last command neither handles SIGTERM nor hands it on, so the stop takes the whole grace and ends with SIGKILL. Whether it waits depends on the shell: dash always does, bash and busybox replace themselves by a last command that stands alone.",
  when: "The command is sh, bash, ash or dash with -c, its last command has no exec, and it has no trap for TERM: an info where the shell is not known, a warning where it certainly waits (dash; or something follows, or it is in a pipeline or the background).",
  remedy: "Put exec before the last command, or write the command as a list without a shell.",
  fires: 'command: [dash, -c, "./app"]; [sh, -c, "./app; cleanup"].',
  quiet: "sh -c 'set -e; . /env; exec ./app'; a script with trap and wait.",
  peers: "hadolint DL3025, for the form alone",
  judge: { of: "container", judge: judgeShell },
};

function judgeShell(subject: ContainerSubject): Outcome {
  const { command } = subject;
  if (subject.isInit || command.kind === "unknown" || sharesPids(subject)) return NOT_APPLICABLE;
  if (!subject.isHot && !drains(subject)) return NOT_APPLICABLE;
  const script = scriptOf(command.argv);
  if (script === null) return NOT_APPLICABLE;
  if (/\btrap\b[^;\n]*\b(SIG)?TERM\b/.test(script.slice(0, 16_384))) return PASS;
  const commands = commandsOf(script);
  const server = commands.findLast(({ words }) => words.length > 0);
  if (server === undefined || commands.some(({ text }) => /^\s*exec\s/.test(text))) return PASS;
  const plain = /^[^&|]*$/.test(script.trim().replaceAll("&&", "").replaceAll("||", ""));
  const shell = baseName(command.argv[0] ?? "");
  const inLoop = /\bdone\s*$/.test(script);
  const waits = shell === "dash" || !plain || inLoop;
  const fix = plain && !inLoop ? execFix(subject, script) : null;
  return fails({
    severity: waits ? (drains(subject) ? "error" : "warning") : "info",
    at: command.source,
    message: waits
      ? `The shell stays process 1 and does not hand SIGTERM to ${server.words[0]}.`
      : `Whether the shell stays process 1 before ${server.words[0]} depends on the image's ${shell}: dash does.`,
    ...(fix === null ? {} : { fix }),
  });
}

/** Somebody counts on an orderly end. */
function drains({ container, settings }: ContainerSubject): boolean {
  return container.lifecycle.preStop !== null || settings !== null;
}

/** Only where the last command certainly begins behind the last separator. */
function execFix(subject: ContainerSubject, script: string) {
  const { command, args } = subject.container;
  const list = command?.includes(script) ? "command" : "args";
  const index = (list === "command" ? command : args)?.indexOf(script) ?? -1;
  const cut = Math.max(
    script.lastIndexOf(";"),
    script.lastIndexOf("\n"),
    script.lastIndexOf("&&") + 1,
  );
  const head = script.slice(0, cut + 1);
  const last = script.slice(cut + 1);
  const quoted = /["'`$(]/.test(script.slice(0, cut + 1));
  const simple = /^\s*[\w./-]+(\s|$)/.test(last) && splitWords(last) !== null;
  if (index < 0 || quoted || !simple || last.trim() === "") return null;
  const space = /^\s*/.exec(last)?.[0] ?? "";
  const text = `${head}${cut < 0 ? "" : space}exec ${last.trimStart()}`;
  return safeFix("exec before the last command", setInContainer(subject, [list, index], text));
}
