import type { LoadChild } from "#edge/observe/load-child.js";
import type { Seen, Supervisor } from "#edge/observe/supervisor.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { Notice } from "#model/notice.js";
import type { Shop } from "./shop.js";

/** One thing that is done to the service while clients use it, and what came of it. CLOCK_MONOTONIC in ms. */
export interface PlayedStep {
  readonly name: string;
  readonly beganMs: number;
  readonly savedMs: number;
  readonly meant: "serve" | "not-serve";
  readonly outcome: string;
  readonly servingMs: number | null;
  readonly swapMs: number | null;
  readonly requests: number;
  readonly failed: number;
}

export interface Stage {
  readonly shop: Shop;
  readonly supervisor: Supervisor;
  readonly load: LoadChild;
}

type Promoted = Extract<Seen, { kind: "promoted" }>;

/** What a step does, given the newest version so far. It returns when its result was observed. */
interface Act {
  readonly name: string;
  readonly meant: PlayedStep["meant"];
  run(stage: Stage, seen: number, version: number): Promise<Acted>;
}

interface Acted {
  readonly savedMs: number;
  readonly outcome: string;
  readonly servingMs: number | null;
  readonly swapMs: number | null;
  /** The newest version that was saved in a good state. */
  readonly version: number;
}

/**
 * Plays the whole script, each step once the one before was seen to end: by the clients, and by hotpod's own events.
 * Rejects when something expected does not come in time.
 */
export async function play(
  stage: Stage,
  tell: { begins(name: string): void; ended(step: PlayedStep): void },
): Promise<readonly PlayedStep[]> {
  const steps: PlayedStep[] = [];
  let version = 1;
  for (const act of script(stage.shop)) {
    tell.begins(act.name);
    const before = stage.load.counts();
    const beganMs = monotonicMs();
    const acted = await act.run(stage, stage.supervisor.events.items.length, version);
    version = acted.version;
    const after = stage.load.counts();
    const { name, meant } = act;
    const { savedMs, outcome, servingMs, swapMs } = acted;
    const requests = after.requests - before.requests;
    const failed = after.failed - before.failed;
    const told = { name, meant, beganMs, savedMs, outcome, servingMs, swapMs, requests, failed };
    steps.push(told);
    tell.ended(told);
  }
  return steps;
}

function script(shop: Shop): readonly Act[] {
  const broken = shop.brokenEnd === "build-failed" ? "compile error" : "syntax error";
  return [
    edit("edit 1"),
    edit("edit 2"),
    edit("edit 3"),
    unfit(broken, (stage) => stage.shop.saveBroken(), shop.brokenEnd),
    edit("edit 4 mends it"),
    unfit("crash at start", (stage, v) => stage.shop.saveCrashing(v + 1), "candidate-failed"),
    edit("edit 5 mends it"),
    reload(),
    edit("edit 6"),
    burst(),
  ];
}

function edit(name: string): Act {
  return {
    name,
    meant: "serve",
    run: async (stage, from, version) => {
      const next = version + 1;
      const savedMs = monotonicMs();
      stage.shop.save(next);
      return { savedMs, version: next, ...(await served(stage, from, next, savedMs)) };
    },
  };
}

function unfit(
  name: string,
  save: (stage: Stage, version: number) => void,
  end: Notice["kind"],
): Act {
  return {
    name,
    meant: "not-serve",
    run: async (stage, from, version) => {
      const savedMs = monotonicMs();
      save(stage, version);
      const { events } = stage.supervisor;
      await events.until(name, ({ kind }) => kind === end, from, PATIENCE_MS);
      const outcome = end === "build-failed" ? "build failed" : "rejected";
      return {
        savedMs,
        version,
        outcome: `${outcome}, version ${version} serves on`,
        servingMs: null,
        swapMs: null,
      };
    },
  };
}

function reload(): Act {
  return {
    name: "SIGUSR2",
    meant: "serve",
    run: async (stage, from, version) => {
      const savedMs = monotonicMs();
      stage.supervisor.signal("SIGUSR2");
      const promoted = await swapped(stage, from, "SIGUSR2");
      const outcome = `version ${version} again, as generation ${promoted.generation}`;
      return { savedMs, version, outcome, servingMs: null, swapMs: promoted.swapMs };
    },
  };
}

/** Ten saves within a second. Here the pauses are what is done, not a way to wait for something. */
function burst(): Act {
  return {
    name: `${BURST_SAVES} saves in 1 s`,
    meant: "serve",
    run: async (stage, from, version) => {
      let savedMs = monotonicMs();
      for (let save = 1; save <= BURST_SAVES; save += 1) {
        if (save > 1) await new Promise((resolve) => setTimeout(resolve, BURST_PAUSE_MS));
        savedMs = monotonicMs();
        stage.shop.save(version + save);
      }
      const last = version + BURST_SAVES;
      const done = await served(stage, from, last, savedMs);
      const builds = stage.supervisor.events.items
        .slice(from)
        .filter(({ kind }) => kind === "build-succeeded").length;
      const outcome = `${done.outcome} after ${builds} ${builds === 1 ? "build" : "builds"}`;
      return { savedMs, version: last, ...done, outcome };
    },
  };
}

/** Waits until clients are answered by that version, and until what it replaced has no clients any more. */
async function served(
  stage: Stage,
  from: number,
  version: number,
  savedMs: number,
): Promise<Pick<Acted, "outcome" | "servingMs" | "swapMs">> {
  const what = `version ${version}`;
  const token = `${version}`;
  const seen = await stage.load.versions.until(
    `${what} at the clients`,
    (one) => one.version === token,
    0,
    PATIENCE_MS,
  );
  const promoted = await swapped(stage, from, what);
  return { outcome: `${what} serves`, servingMs: seen.atMs - savedMs, swapMs: promoted.swapMs };
}

/** The last promotion since `from`, once what it replaced has ended or stands by. */
async function swapped(stage: Stage, from: number, what: string): Promise<Promoted> {
  const { events } = stage.supervisor;
  const isPromoted = (event: Seen): event is Promoted => event.kind === "promoted";
  await events.until(`${what}: promotion`, isPromoted, from, PATIENCE_MS);
  const last = events.items.slice(from).findLast(isPromoted) as Promoted;
  const { previous } = last;
  if (previous !== null) {
    const left = (event: Seen): boolean =>
      (event.kind === "drain-ended" || event.kind === "standing-by") &&
      event.generation === previous;
    await events.until(`${what}: farewell of generation ${previous}`, left, from, PATIENCE_MS);
  }
  return last;
}

const PATIENCE_MS = 30_000;
const BURST_SAVES = 10;
const BURST_PAUSE_MS = 100;
