import type { Prng } from "#base/prng.js";
import type { Instant } from "#base/time.js";
import type { Artifact, ArtifactId, ContentId, Exit, GenerationId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import type { Agenda } from "./agenda.js";
import type { Faults, Options } from "./options.js";

/** The truth about the false world, which the core never sees and the checkers do. */
export interface World {
  readonly agenda: Agenda;
  readonly random: Prng;
  readonly options: Options;
  /** `quiet`: nothing fails any more except what is broken in itself. */
  mood: "faulty" | "quiet";
  /** What the files say now; null: they cannot be read. */
  content: ContentId | null;
  readonly natures: Map<ContentId, Nature>;
  /** Of an artifact that was not built here, and of those that were. */
  readonly builtFrom: Map<ArtifactId, ContentId>;
  build: { readonly number: number; readonly content: ContentId } | null;
  readonly trees: Map<GenerationId, Tree>;
  /** Who holds which sockets; the key is the name they go by. */
  readonly sockets: Set<GenerationId>;
  /** Whose sockets get new connections. */
  steered: GenerationId | null;
  /** Whose sockets get a share of them beside. */
  share: { readonly sockets: GenerationId; readonly percent: number } | null;
  exit: { readonly at: Instant; readonly code: number } | null;
  /** What people went back from. */
  readonly rolledBack: Set<ContentId>;
  /** What the supervisor did against the contract of the ports. */
  readonly breaches: string[];
  /** How anything reaches the supervisor. */
  tell: (happening: Happening) => void;
}

/** What a content turns out to be, however often it is tried. */
export interface Nature {
  readonly artifact: ArtifactId;
  readonly build: "good" | "broken";
  readonly run: "good" | "crash-at-start" | "never-ready" | "crash-in-probation" | "sick";
}

/** One generation's processes as they really are. */
export interface Tree {
  readonly generation: GenerationId;
  readonly artifact: Artifact;
  readonly startedAt: Instant;
  life: "spawning" | "alive" | "exited" | "gone";
  /** Under which name its sockets go. */
  sockets: GenerationId | null;
  /** When it had given every sign of being ready. */
  readyAt: Instant | null;
  acceptingAt: Instant | null;
  saidHello: boolean;
  /** The supervisor said so. */
  promotedAt: Instant | null;
  health: "well" | "sick";
  termAt: Instant | null;
  killAt: Instant | null;
  steeredAt: Instant | null;
  unsteeredAt: Instant | null;
  /** Since when the end of its queue is awaited. */
  awaitedAt: Instant | null;
  exit: Exit | null;
  exitedAt: Instant | null;
}

export function chance(world: World, fault: keyof Faults): boolean {
  return world.mood === "faulty" && world.random.chance(world.options.faults[fault], 100);
}

/** A delay below `limitMs`, mostly short. */
export function delay(world: World, limitMs: number): number {
  const limit = world.random.chance(3, 4) ? Math.ceil(limitMs / 8) : limitMs;
  return world.random.below(limit);
}

export function isUp(tree: Tree): boolean {
  return tree.life === "spawning" || tree.life === "alive";
}

/** Who accepts what clients send now: null when nobody does. */
export function servingTree(world: World): Tree | null {
  for (const tree of world.trees.values()) {
    if (tree.sockets !== null && tree.sockets === world.steered && tree.life !== "gone")
      return tree;
  }
  return null;
}

export function newWorld(agenda: Agenda, random: Prng, options: Options): World {
  return {
    agenda,
    random,
    options,
    mood: "faulty",
    content: null,
    natures: new Map(),
    builtFrom: new Map(),
    build: null,
    trees: new Map(),
    sockets: new Set(),
    steered: null,
    share: null,
    exit: null,
    rolledBack: new Set(),
    breaches: [],
    tell: () => {},
  };
}

/** Writes content that was never there before, and decides what it will turn out to be. */
export function invent(world: World): ContentId {
  const { natures, random, options } = world;
  const content = `c${natures.size + 1}`;
  const earlier = [...natures.values()];
  const twin = earlier.length > 0 && random.chance(1, 8) ? random.pick(earlier) : null;
  const percent = (fault: keyof Faults) => random.chance(options.faults[fault], 100);
  const run = percent("crashAtStart")
    ? "crash-at-start"
    : percent("neverReady")
      ? "never-ready"
      : percent("crashInProbation")
        ? "crash-in-probation"
        : percent("sickFromBirth")
          ? "sick"
          : "good";
  const build = percent("brokenBuild") ? "broken" : "good";
  natures.set(content, twin ?? { artifact: `A${natures.size + 1}`, build, run });
  return content;
}
