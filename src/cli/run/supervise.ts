import { UserError } from "#base/user-error.js";
import type { Settings } from "#config/settings.js";
import { imageArtifact } from "#edge/builds/image-artifact.js";
import { createClock, monotonicNow } from "#edge/clock.js";
import { type Closers, createClosers } from "#edge/closers.js";
import { controlError } from "#edge/http/control-error.js";
import { openControl } from "#edge/http/control-server.js";
import { openProbes, probesError } from "#edge/http/open-probes.js";
import { Tally } from "#edge/http/tally.js";
import { keepHeapSmall } from "#edge/small-heap.js";
import { type Driver, drive } from "#generation/drive.js";
import { initialState } from "#generation/state.js";
import type { Happening } from "#model/happening.js";
import type { Emit } from "#ports/emit.js";
import type { Journal } from "#ports/journal.js";
import { buildFailureWords } from "#report/build-failure-words.js";
import { sayOnceWhileOnItsWay } from "#report/file-on-its-way.js";
import { noticeEntry } from "#report/notice-entry.js";
import { configReload } from "./config-reload.js";
import { controlHandlers } from "./control-handlers.js";
import type { Followed } from "./followed.js";
import type { LiveSettings } from "./live-settings.js";
import type { Log } from "./log.js";
import { probePages } from "./probe-pages.js";
import { watchSteps } from "./watch-steps.js";
import { openWorld, type World } from "./world.js";

/** A supervisor at work. */
export interface Supervisor {
  readonly driver: Driver;
  readonly world: World;
  /** Watches the service's configuration by the settings as they are now. */
  readonly watchConfigAgain: () => void;
  /** Resolves with the exit code once everything has ended and is closed. */
  readonly ended: Promise<number>;
}

/** Closing is quick; what hangs after this is left to the end of the process. */
const CLOSE_MS = 2_000;

/** The composition root: puts the true world behind the core's ports and starts it. Throws before anything is started. */
export async function supervise(
  live: LiveSettings,
  log: Log,
  followed: Followed,
): Promise<Supervisor> {
  keepHeapSmall();
  const closers = createClosers();
  try {
    return await compose(live, log, followed, closers);
  } catch (error) {
    await closers.closeAll(CLOSE_MS);
    throw error;
  }
}

async function compose(
  live: LiveSettings,
  log: Log,
  followed: Followed,
  closers: Closers,
): Promise<Supervisor> {
  const { settings } = live;
  // The world may speak before the core listens: warnings at the opening, a change seen at once.
  const early: Happening[] = [];
  let emit: Emit = (happening) => early.push(happening);
  const later: Emit = (happening) => emit(happening);

  const world = await openWorld(settings, later, log.say, closers);
  const tally = new Tally();
  const clock = createClock(later);
  const { exit, exited } = exitSignal();
  const watchStep = watchSteps({ world, settings, say: log.say });
  const reload = configReload({
    dispatch: later,
    post: (generation, target) => world.processes.post(generation, target),
    say: log.say,
    now: monotonicNow,
  });
  closers.add(() => reload.close());
  followed.add(reload.followed);
  const driver = drive({
    state: initialState(settings.policy, {
      terminal: settings.terminal,
      weighs: world.listeners.weighs,
    }),
    ports: { ...world, journal: createJournal(log, tally, world, settings), exit },
    clock,
    observe: (event, step) => {
      watchStep(event, step);
      reload.observe(event, step);
    },
  });
  await openFaces(live, driver, log, followed, tally, closers);
  const image = await imageOf(settings, world);
  const lastGood = settings.recipe === "none" ? null : await world.store.lastGood();

  emit = driver.dispatch;
  reload.watch(settings.configWatch);
  driver.dispatch({ kind: "started", image, lastGood });
  for (const happening of early) driver.dispatch(happening);
  const ended = exited.then(async (code) => {
    emit = () => {};
    await closers.closeAll(CLOSE_MS);
    return code;
  });
  const watchConfigAgain = (): void => reload.watch(settings.configWatch);
  return { driver, world, watchConfigAgain, ended };
}

function exitSignal(): { exit: (code: number) => void; exited: Promise<number> } {
  let exit: (code: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  return { exit, exited };
}

/** Notices go to the log, the events, the metrics and, for what serves, to the store's `current`. */
function createJournal(log: Log, tally: Tally, world: World, settings: Settings): Journal {
  const quieten = sayOnceWhileOnItsWay();
  return {
    announce: (notice, at) => {
      world.events.announce(notice, at);
      world.timings.observe(notice);
      log.say(quieten(notice, noticeEntry(notice)));
      tally.count(notice);
      if (notice.kind === "promoted" && settings.recipe !== "none") {
        const failure = world.store.setCurrent(notice.artifact.id);
        if (failure !== null) {
          log.say({ level: "warn", event: "store-failure", message: failure.detail });
        }
      }
    },
  };
}

/** The control socket and the probes. Whoever cannot be asked is not started. */
async function openFaces(
  live: LiveSettings,
  driver: Driver,
  log: Log,
  followed: Followed,
  tally: Tally,
  closers: Closers,
): Promise<void> {
  const { controlSocket, probesListen } = live.settings;
  const control = await openControl(controlSocket, controlHandlers(live, driver, log, followed));
  if (!control.ok) throw controlError(control.error, controlSocket);
  closers.add(() => {
    control.value.close();
    control.value.closeAllConnections();
  });
  if (probesListen === null) return;
  const probes = await openProbes(probesListen, probePages(driver, tally));
  if (!probes.ok) throw probesError(probes.error);
  closers.add(() => {
    probes.value.close();
    probes.value.closeAllConnections();
  });
}

async function imageOf(settings: Settings, world: World) {
  const image = await imageArtifact(settings, world.store);
  if (image.ok) return image.value;
  const { message } = buildFailureWords(image.error);
  throw new UserError({
    code: "image-program",
    message: `the image's program cannot run here: ${message}`,
    hint: "Correct the command after --, or the file it names.",
    exitCode: 1,
  });
}
