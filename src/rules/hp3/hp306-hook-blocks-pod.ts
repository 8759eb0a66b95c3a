import type { HookHandler } from "#model/kube/pod.js";
import {
  type Fault,
  type Figure,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOfArgv, loopsOf, type ShellCommand } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import { secondsText } from "#rules/subject/figure.js";

export const hookBlocksPod: Rule = {
  id: "HP306",
  name: "hook-blocks-pod",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "A postStart hook does long work or can never succeed.",
  why: "It blocks the pod's only worker: no probes, no status, no other restarts meanwhile. A tcpSocket hook passes validation and always fails, and after a failed postStart the container is killed.",
  when: "A postStart hook builds, sleeps longer than check.hookSleep (5 s), or has a loop without a bound; or any hook is tcpSocket (error). Any container.",
  remedy: "Move the work into the container's own command, or into a sidecar.",
  fires: "postStart runs go build.",
  quiet: "postStart runs touch /tmp/started.",
  judge: { of: "container", judge: judgeHooks },
};

function judgeHooks(subject: ContainerSubject): Outcome {
  const { postStart, preStop } = subject.container.lifecycle;
  if (subject.isInit || (postStart === null && preStop === null)) return NOT_APPLICABLE;
  const faults = [
    ...(postStart === null ? [] : [tcp(subject, "postStart", postStart), long(subject, postStart)]),
    ...(preStop === null ? [] : [tcp(subject, "preStop", preStop)]),
  ].filter((fault) => fault !== null);
  return faults.length === 0 ? PASS : fails(...faults);
}

function tcp(
  subject: ContainerSubject,
  name: "postStart" | "preStop",
  hook: HookHandler,
): Fault | null {
  if (hook.kind !== "tcpSocket") return null;
  const follows = name === "postStart" ? "the container is killed" : "nothing is waited for";
  return {
    severity: "error",
    at: subject.at("lifecycle", name, "tcpSocket"),
    message: `A tcpSocket hook always fails, so ${follows} at ${name}.`,
    evidence: `${name} tcpSocket`,
  };
}

function long(subject: ContainerSubject, hook: HookHandler): Fault | null {
  const { hookSleep } = subject.project.parameters;
  if (hook.kind !== "exec" && hook.kind !== "sleep") return null;
  const work = hook.kind === "sleep" ? sleeps(hook.seconds, hookSleep) : workOf(hook, hookSleep);
  if (work === null) return null;
  const figures: Figure[] = [
    { name: "hookSleep", value: secondsText(hookSleep), source: "check.hookSleep" },
  ];
  return {
    severity: "warning",
    at: subject.at("lifecycle", "postStart", hook.kind),
    message: `The postStart hook ${work.does}, and until it ends the pod gets no probes and no status.`,
    evidence: `postStart ${work.kind}`,
    figures,
  };
}

interface Work {
  readonly kind: "build" | "sleep" | "loop";
  readonly does: string;
}

function workOf(hook: { readonly command: readonly string[] }, hookSleep: number): Work | null {
  const commands = commandsOfArgv(hook.command);
  if (loopsOf(commands).some(({ bounded }) => !bounded)) {
    return { kind: "loop", does: "has a loop without a bound" };
  }
  // What is started in the background or bounded by `timeout` is not waited for to its end.
  const waited = commands.filter(({ behind, limited }) => behind !== "&" && limited === null);
  const build = waited.find(isBuild);
  if (build !== undefined) return { kind: "build", does: `runs \`${build.text}\`` };
  const seconds = waited.reduce((sum, command) => sum + sleepOf(command), 0);
  return sleeps(seconds, hookSleep);
}

function sleeps(seconds: number, hookSleep: number): Work | null {
  return seconds > hookSleep ? { kind: "sleep", does: `sleeps ${secondsText(seconds)}` } : null;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

function sleepOf({ words }: ShellCommand): number {
  const [program = "", ...times] = words;
  if (baseName(program) !== "sleep") return 0;
  return times.reduce((sum, time) => {
    const [, number = "0", unit = ""] = /^(\d{1,9}(?:\.\d{1,9})?)([smhd]?)$/.exec(time) ?? [];
    return sum + Number(number) * (UNITS[unit] ?? 1);
  }, 0);
}

/** Programs that build, with the words that make them; empty: always. */
const BUILDERS: Readonly<Record<string, readonly string[]>> = {
  go: ["build", "install", "generate", "run", "test", "mod"],
  cargo: ["build", "install"],
  npm: ["ci", "install", "run"],
  pnpm: ["install", "run", "build"],
  yarn: [],
  make: [],
  cmake: [],
  gcc: [],
  cc: [],
  clang: [],
  rustc: [],
  tsc: [],
  mvn: [],
  gradle: [],
};

function isBuild({ words }: ShellCommand): boolean {
  const name = baseName(words[0] ?? "");
  const verbs = Object.hasOwn(BUILDERS, name) ? BUILDERS[name] : undefined;
  return verbs !== undefined && (verbs.length === 0 || verbs.includes(words[1] ?? ""));
}
