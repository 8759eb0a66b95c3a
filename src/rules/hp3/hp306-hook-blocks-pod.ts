import { sleepOf } from "#rules/pod/pre-stop.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsIn } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const hookBlocksPod: Rule = {
  id: "HP306",
  name: "hook-blocks-pod",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "A postStart hook does long work or can never succeed.",
  why: "It blocks the pod's only worker: no status, no other containers, no restarts until it ends. A tcpSocket hook passes validation and always fails, which kills the container.",
  when: "A postStart hook runs a build, sleeps for more than 5 s, or loops without end (warning); or it is a tcpSocket hook (error).",
  remedy: "Move the work to a sidecar or into the entrypoint.",
  fires: "postStart: go build.",
  quiet: "postStart: touch /tmp/started.",
  judge: { of: "container", judge: judgeHook },
};

const BUILDS = /^(make|cargo|gcc|cc|npm|yarn|mvn|gradle|docker)$/;

function judgeHook(subject: ContainerSubject): Outcome {
  const hook = subject.container.lifecycle.postStart;
  if (hook === null || subject.isInit) return NOT_APPLICABLE;
  const at = subject.at("lifecycle", "postStart");
  if (hook.kind === "tcpSocket") {
    const message =
      "A tcpSocket hook is never carried out and always fails, which kills the container.";
    return fails({ severity: "error", at, message });
  }
  const { hookSleep } = subject.project.parameters;
  const why =
    hook.kind === "sleep"
      ? longSleep(hook.seconds, hookSleep)
      : hook.kind === "exec"
        ? longWork(hook.command, hookSleep)
        : null;
  if (why === null) return PASS;
  const message = `The postStart hook ${why}, and the pod's worker does nothing else meanwhile.`;
  return fails({ severity: "warning", at, message });
}

const longSleep = (seconds: number, most: number): string | null =>
  seconds > most ? `sleeps for ${seconds} s` : null;

function longWork(command: readonly string[], most: number): string | null {
  const commands = commandsIn(command);
  const build = commands.find(({ words: [first = "", second] }) => {
    const name = first.split("/").at(-1) ?? "";
    return BUILDS.test(name) || (name === "go" && /^(build|run|install|test)$/.test(second ?? ""));
  });
  if (build !== undefined) return `runs ${build.words.slice(0, 2).join(" ")}`;
  const sleep = Math.max(0, ...commands.map(({ words }) => sleepOf(words) ?? 0));
  if (sleep > most) return `sleeps for ${sleep} s`;
  const loops = commands.some(({ loop, words }) => loop === "while" && words[0] === "true");
  return loops || commands.some(({ loop }) => loop === "until") ? "may loop without end" : null;
}
