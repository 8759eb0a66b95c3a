import type { Policy } from "#config/policy.js";
import type { Happening } from "#model/happening.js";
import { type Options, policyOf } from "./options.js";
import { delay, invent, type World } from "./world.js";

/** How people reach the supervisor beside the files. */
export interface Levers {
  readonly tell: (happening: Happening) => void;
  readonly changePolicy: (policy: Policy) => void;
}

/** When nothing fails any more; from then on only convergence counts. */
export const QUIET_AT_MS = 30_000;
/** What it may take to converge afterwards: builds, starts, drains and probations of the slowest options. */
export const QUIET_MS = 40_000;

type Deed = (world: World, levers: Levers) => void;

/** Lays out what people will do: edits in bursts, reverts, pauses, reloads, policies, stops at bad moments. */
export function layOut(world: World, levers: Levers): void {
  const { random, agenda, options } = world;
  for (let count = 0; count < options.deeds; count++) {
    const deed = random.pick(deeds);
    agenda.after(random.below(QUIET_AT_MS), () => deed(world, levers));
  }
  if (options.stop !== "never") {
    const from = options.stop === "early" ? 0 : QUIET_AT_MS / 2;
    agenda.after(from + random.below(QUIET_AT_MS / 2), () => stop(world, levers));
  }
  agenda.after(QUIET_AT_MS, () => calm(world, levers));
}

/** The faults end. In most runs people also take back what would keep the newest content from serving. */
function calm(world: World, levers: Levers): void {
  world.mood = "quiet";
  if (world.random.chance(3, 4)) levers.tell({ kind: "pause-changed", paused: false });
  if (world.content === null) write(world, invent(world));
  if (world.random.chance(1, 2)) write(world, invent(world));
}

/** Weighted by repetition. */
const deeds: readonly Deed[] = [
  save,
  save,
  save,
  save,
  burst,
  burst,
  revert,
  revert,
  touch,
  vanish,
  writeWithoutEnd,
  pauseForAWhile,
  (_world, { tell }) => tell({ kind: "reload-requested" }),
  rollBack,
  (_world, { tell }) => tell({ kind: "signal-received", signal: "SIGQUIT" }),
  changePolicy,
];

/** The watcher tells of a change a moment after it, sometimes twice. */
function write(world: World, content: string | null): void {
  world.content = content;
  notice(world);
  if (world.random.chance(1, 3)) notice(world);
}

function notice(world: World): void {
  world.agenda.after(delay(world, 40), () => world.tell({ kind: "change-noticed" }));
}

function save(world: World): void {
  write(world, invent(world));
}

function burst(world: World): void {
  let at = 0;
  for (let count = 2 + world.random.below(8); count > 0; count--) {
    at += 1 + delay(world, 100);
    world.agenda.after(at, () => save(world));
  }
}

function revert(world: World): void {
  const known = [...world.natures.keys()];
  if (known.length > 0) write(world, world.random.pick(known));
}

/** Without a change, by a person who looks: a canary that waits is let go on. No draw of its own. */
function touch(world: World, { tell }: Levers): void {
  notice(world);
  if (world.natures.size % 2 === 1) tell({ kind: "promote-requested" });
}

function vanish(world: World): void {
  const before = world.content;
  write(world, null);
  world.agenda.after(1 + delay(world, 3_000), () => {
    if (world.content === null) write(world, world.random.chance(1, 2) ? before : invent(world));
  });
}

/** A writer faster than any build, for longer than builds can be kept waiting. */
function writeWithoutEnd(world: World): void {
  const end = world.agenda.now() + 2_000 + world.random.below(6_000);
  const again = (): void => {
    save(world);
    if (world.agenda.now() < end) world.agenda.after(40 + world.random.below(100), again);
  };
  again();
}

function pauseForAWhile(world: World, { tell }: Levers): void {
  tell({ kind: "pause-changed", paused: true });
  world.agenda.after(world.random.below(8_000), () =>
    tell({ kind: "pause-changed", paused: false }),
  );
}

function rollBack(world: World, { tell }: Levers): void {
  for (const content of world.natures.keys()) world.rolledBack.add(content);
  tell({ kind: "rollback-requested" });
}

/** What is cold stays; whether ready.http is set goes with the service. */
function changePolicy(world: World, { changePolicy: change }: Levers): void {
  const { tells, boot } = world.options;
  change(policyOf(world.random, tells, boot));
}

function stop(world: World, { tell }: Levers): void {
  const { random, agenda, options } = world;
  const { terminal }: Options = options;
  const signal = random.pick(["SIGTERM", "SIGINT"] as const);
  tell({ kind: "stop-requested", signal, terminal });
  if (!random.chance(1, 3)) return;
  agenda.after(random.below(3_000), () => {
    const again = random.pick(["SIGTERM", "SIGINT"] as const);
    tell({ kind: "stop-requested", signal: again, terminal });
  });
}
