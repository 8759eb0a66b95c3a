import assert from "node:assert/strict";
import type { Policy } from "#config/policy.js";
import type { Command } from "#generation/command.js";
import type { Event, PolicyChanged, Steered } from "#generation/event.js";
import { initialState, type State } from "#generation/state.js";
import type { Status } from "#generation/status.js";
import { statusOf } from "#generation/status-of.js";
import { step } from "#generation/step.js";
import type { Artifact, Exit } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import type { Notice } from "#model/notice.js";

/** The documented defaults, in a container. */
export const defaults: Policy = {
  debounceMs: 30,
  starveLimitMs: 10_000,
  buildTimeoutMs: 600_000,
  readyTimeoutMs: 60_000,
  readyHttp: false,
  lingerMs: 1_000,
  drainTimeoutMs: 25_000,
  maxDraining: 1,
  canary: { percent: 0, forMs: 10_000 },
  probationMs: 10_000,
  rollback: true,
  standby: true,
  liveness: null,
  readiness: "keep",
  crash: { restarts: 3, windowMs: 60_000 },
  memory: { headroom: { percentOfLimit: 10, minBytes: 16 * 2 ** 20 }, policy: "restart" },
  paused: false,
  graceMs: 30_000,
  shutdownDelayMs: 2_000,
  boot: "image",
  handover: "inherit",
};

/** Drives the core by hand: what happens is told, what it asks for is looked at. Wakes come when time passes. */
export class Scene {
  state: State;
  at = 0;
  /** What the last event led to. */
  commands: readonly Command[] = [];
  /** Everything asked for so far. */
  readonly all: Command[] = [];
  readonly #wakes: { wake: number; at: number }[] = [];

  constructor(policy: Partial<Policy> = {}, terminal = false) {
    this.state = initialState({ ...defaults, ...policy }, { terminal, weighs: true });
  }

  take(happening: Happening | PolicyChanged | Steered): this {
    const { state, commands } = step(this.state, { ...happening, at: this.at } as Event);
    this.state = state;
    this.commands = commands;
    this.all.push(...commands);
    for (const command of commands) if (command.kind === "wake-at") this.#wakes.push(command);
    return this;
  }

  /** Lets time pass, from wake to wake. */
  pass(ms: number): this {
    const end = this.at + ms;
    const seen: Command[] = [];
    for (;;) {
      this.#wakes.sort((one, other) => one.at - other.at);
      const next = this.#wakes[0];
      if (next === undefined || next.at > end) break;
      this.#wakes.shift();
      this.at = Math.max(this.at, next.at);
      this.take({ kind: "woke", wake: next.wake });
      seen.push(...this.commands);
    }
    this.at = end;
    this.commands = seen;
    return this;
  }

  boot(image: Artifact | null = null, lastGood: Artifact | null = null): this {
    return this.take({ kind: "started", image, lastGood });
  }

  read(content: string | null, midSave = false): this {
    const { reading } = this.state.inputs;
    assert(reading.kind === "reading", "a reading is under way");
    const seen = { content, changed: ["a"], midSave };
    return this.take({ kind: "inputs-read", ticket: reading.ticket, ...seen });
  }

  change(content: string | null, midSave = false): this {
    return this.take({ kind: "change-noticed" }).read(content, midSave);
  }

  /** The build under way makes the artifact of that name, by default its content's in capitals. */
  built(id?: string): this {
    const { build } = this.state;
    assert(build.kind !== "none", "a build is under way");
    const artifact = { id: id ?? build.content.toUpperCase(), content: build.content };
    return this.take({ kind: "build-succeeded", build: build.build, artifact });
  }

  spawned(generation: number): this {
    return this.take({ kind: "generation-spawned", generation, pid: 100 + generation });
  }

  ready(generation: number): this {
    this.spawned(generation);
    return this.take({ kind: "notified", generation, notice: "ready" });
  }

  /** As `ready`, of one that can stand by. */
  able(generation: number): this {
    this.spawned(generation).take({ kind: "notified", generation, notice: "stands-by" });
    return this.take({ kind: "notified", generation, notice: "ready" });
  }

  roomy(generation: number): this {
    return this.take({ kind: "memory-measured", generation, memory: null });
  }

  exited(generation: number, exit: number | string): this {
    const how: Exit =
      typeof exit === "number" ? { kind: "code", code: exit } : { kind: "signal", signal: exit };
    return this.take({ kind: "generation-exited", generation, exit: how });
  }

  gone(generation: number): this {
    return this.take({ kind: "generation-gone", generation });
  }

  /** A first generation of artifact A, serving. */
  serving(): this {
    return this.boot().read("a").built().ready(1);
  }

  /** The next content on its way: built, measured, generation `next` ready. */
  swap(content: string, old: number, next: number): this {
    return this.change(content).built().roomy(old).ready(next);
  }

  /** The last event's commands of that kind. */
  asked<K extends Command["kind"]>(kind: K): Extract<Command, { kind: K }>[] {
    return this.commands.filter((one) => one.kind === kind) as Extract<Command, { kind: K }>[];
  }

  /** The kinds of the last event's notices. */
  notices(): Notice["kind"][] {
    return this.asked("announce").map(({ notice }) => notice.kind);
  }

  /** The kinds of the last event's commands without notices, wakes and housekeeping. */
  acts(): string[] {
    const quiet = ["announce", "wake-at", "stop-readiness", "keep-artifacts", "mark-good"];
    return this.commands.flatMap((one) => (quiet.includes(one.kind) ? [] : [brief(one)]));
  }

  status(): Status {
    return statusOf(this.state, this.at);
  }
}

function brief(command: Command): string {
  switch (command.kind) {
    case "start-generation": {
      const { sockets } = command;
      const from = sockets.kind === "new" ? "" : ` on ${sockets.generation}`;
      return `start ${command.generation} ${command.artifact.id}${from}`;
    }
    case "signal":
      return `${command.signal} ${command.generation}`;
    case "start-build":
      return `build ${command.build} ${command.content}`;
    case "cancel-build":
      return `cancel ${command.build}`;
    case "share":
      return `share ${command.percent} ${command.generation}`;
    case "exit":
      return `exit ${command.code}`;
    case "read-inputs":
      return "read";
    default:
      return "generation" in command ? `${command.kind} ${command.generation}` : command.kind;
  }
}
