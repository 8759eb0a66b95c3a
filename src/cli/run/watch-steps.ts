import type { Settings } from "#config/settings.js";
import { after } from "#edge/after.js";
import type { Moves } from "#edge/moves/open-moves.js";
import type { Event } from "#generation/event.js";
import type { State } from "#generation/state.js";
import type { Step } from "#generation/step.js";
import type { GenerationId } from "#model/generation.js";
import type { Notice } from "#model/notice.js";
import type { LogEntry } from "#report/log-entry.js";
import { canaryEntry, ownSocketEntry } from "./warning-entries.js";
import type { World } from "./world.js";

interface Watched {
  readonly world: Pick<World, "listeners" | "processes" | "timings">;
  readonly settings: Settings;
  readonly say: (entry: LogEntry) => void;
}

const ENDING = new Set<State["life"]["kind"]>(["stopping", "leaving", "left"]);
/** A service that has not taken its socket by then is looked at. */
const LOOK_AFTER_MS = 3_000;

/** What follows from the core's steps beside their commands: being ready ahead of time, and looking after odd services. */
export function watchSteps(watched: Watched): (event: Event, step: Step) => void {
  const accepting = new Set<GenerationId>();
  let told = false;
  let toldCanary = false;
  const { processes } = watched.world;
  const look = (generation: GenerationId): void => {
    if (told || accepting.has(generation)) return;
    const isTaken = watched.world.listeners.takeAsItIs?.(generation) ?? false;
    const [socket] = isTaken ? [] : processes.describeListening(generation);
    told = isTaken || socket !== undefined;
    if (socket === undefined) return;
    watched.say(ownSocketEntry(generation, socket, watched.settings));
  };
  const lookAtCanary = (): void => {
    const entry = toldCanary ? null : canaryEntry(watched.settings, watched.world.listeners);
    if (entry === null) return;
    toldCanary = true;
    watched.say(entry);
  };
  return (event, { commands, state }) => {
    if (ENDING.has(state.life.kind)) processes.moves.stopping();
    for (const command of commands) {
      if (command.kind === "announce") followMoves(processes.moves, command.notice, state);
    }
    if (event.kind === "started" || event.kind === "policy-changed") lookAtCanary();
    // The exec shim of the next generation starts while the build still runs.
    if (commands.some(({ kind }) => kind === "start-build")) processes.prewarm();
    else if (event.kind === "build-failed") processes.discardWarm();
    if (event.kind === "memory-measured" && event.memory?.generationBytes) {
      watched.world.timings.sample("rss", event.memory.generationBytes);
    }
    if (event.kind === "accepting-seen") accepting.add(event.generation);
    if (event.kind === "generation-gone") accepting.delete(event.generation);
    if (event.kind === "generation-spawned" && maySurprise(watched.settings)) {
      after(LOOK_AFTER_MS, () => look(event.generation));
    }
  };
}

/** A worker may listen where it likes, unless its hand-over is by what it binds. */
const maySurprise = ({ listen, handover }: Settings): boolean =>
  listen.length > 0 || handover === "transparent";

/** Told before the commands are carried out: a generation knows what becomes of its connections when SIGTERM reaches it. */
function followMoves(moves: Moves, notice: Notice, { main }: State): void {
  if (notice.kind === "promoted") moves.promoted(notice.generation, notice.previous);
  if (notice.kind === "drain-started") {
    moves.leaving(notice.generation, main.kind === "serving" ? main.run.generation : null);
  }
}
