import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";
import { exitCodeOf } from "#generation/exit-code.js";
import type { State } from "#generation/state.js";
import { isUp, servingTree, type Tree, type World } from "#simulate/world.js";
import type { NewChecker } from "./checker.js";

type End =
  | { readonly kind: "none" }
  | { readonly kind: "crash" }
  | {
      readonly kind: "stop";
      readonly at: number;
      readonly graceMs: number;
      readonly delayMs: number;
      /** What served when the stop was asked for. */
      readonly serving: Tree | null;
      /** Its end had begun before: another was to take its place. */
      readonly leaving: boolean;
      /** A person lost patience. */
      readonly hastened: boolean;
    };

type Stop = Extract<End, { kind: "stop" }>;

/** I5: a stop ends everything within the grace period, politely before that, with the serving one's verdict. */
export const orderlyEnd: NewChecker = (world) => {
  let end: End = { kind: "none" };
  return {
    watches: "I5",
    onStep(event, commands, state) {
      if (world.exit !== null) return commands.length > 0 ? "it acts after the end" : null;
      end = endAfter(world, end, event, state);
      if (end.kind === "none") return null;
      for (const command of commands) {
        const wrong = wrongCommand(world, end, event, command);
        if (wrong !== null) return wrong;
      }
      return null;
    },
    after() {
      if (end.kind !== "stop" || world.exit !== null) return null;
      return world.agenda.now() > end.at + end.graceMs ? "the grace period is over" : null;
    },
    atEnd() {
      const missing = end.kind === "stop" && world.exit === null;
      return missing ? "a stop was asked for and never happened" : null;
    },
  };
};

function endAfter(world: World, end: End, event: Event, state: State): End {
  if (event.kind === "stop-requested") {
    if (end.kind === "none") return stopAt(world, event.at, state);
    const hastens = end.kind === "stop" && event.signal === "SIGINT" && event.terminal;
    return hastens ? { ...end, hastened: true } : end;
  }
  return end.kind === "none" && state.life.kind === "leaving" ? { kind: "crash" } : end;
}

function stopAt(world: World, at: number, { policy, main }: State): Stop {
  const tree = servingTree(world);
  const serves = tree?.life === "alive" && tree.promotedAt !== null;
  const { graceMs, shutdownDelayMs: delayMs } = policy;
  const serving = serves ? tree : null;
  const leaving = main.kind === "ending";
  return { kind: "stop", at, graceMs, delayMs, serving, leaving, hastened: false };
}

function wrongCommand(world: World, end: End, event: Event, command: Command): string | null {
  switch (command.kind) {
    case "start-generation":
    case "start-build":
      return `${command.kind} although the program is to end`;
    case "signal":
      return end.kind === "stop" && command.signal === "SIGTERM"
        ? askedTooEarly(end, command.generation, event.at)
        : null;
    case "kill":
      return end.kind === "stop" ? killedTooEarly(end, command.generation, event) : null;
    case "exit":
      return leftBehind(world) ?? wrongCode(end, command.code, event.at);
    default:
      return null;
  }
}

function askedTooEarly(stop: Stop, generation: number, at: number): string | null {
  if (stop.serving?.generation !== generation || !isUp(stop.serving)) return null;
  if (stop.leaving || stop.hastened || at >= Math.min(stop.at + stop.delayMs, killAt(stop)))
    return null;
  return `generation ${generation} is asked to end before endpoints could forget the pod`;
}

function killedTooEarly(stop: Stop, generation: number, event: Event): string | null {
  const tree = stop.serving;
  if (stop.hastened || tree?.generation !== generation || !isUp(tree)) return null;
  if (event.kind === "generation-exited" || event.at >= killAt(stop)) return null;
  const wasDraining = tree.termAt !== null && tree.termAt < stop.at;
  return wasDraining ? null : "the serving one is killed too early";
}

function killAt({ at, graceMs }: Stop): number {
  return at + Math.max(graceMs / 2, graceMs - 1_000);
}

function leftBehind(world: World): string | null {
  for (const tree of world.trees.values()) {
    if (tree.life !== "gone") return `generation ${tree.generation} is left behind (${tree.life})`;
  }
  return world.build === null ? null : "a build is left behind";
}

function wrongCode(end: End, code: number, at: number): string | null {
  if (end.kind !== "stop") return code === 0 ? "a crash ends the program with 0" : null;
  if (at > end.at + end.graceMs) return "the end comes after the grace period";
  const verdict = end.serving?.exit ?? null;
  if (verdict === null || exitCodeOf(verdict) === code) return null;
  return `exit code ${code} instead of the service's ${exitCodeOf(verdict)}`;
}
