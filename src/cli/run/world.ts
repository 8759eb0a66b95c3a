import { ok, type Result } from "#base/result.js";
import { UserError } from "#base/user-error.js";
import type { Settings } from "#config/settings.js";
import { checkRecipe, type RecipePlan } from "#edge/builds/check-recipe.js";
import { createBuilds, type RunningBuilds } from "#edge/builds/create-builds.js";
import { recipeError } from "#edge/builds/recipe-problem.js";
import type { Closers } from "#edge/closers.js";
import { createTimings, type Timings } from "#edge/journal/create-timings.js";
import { type EventJournal, openJournal } from "#edge/journal/open-journal.js";
import { type ListenFailure, listenError } from "#edge/listeners/listen-failure.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import { openListeners } from "#edge/listeners/open-listeners.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import { createProcesses, type OwnProcesses } from "#edge/processes/create-processes.js";
import { becomeSubreaper, startReaper } from "#edge/processes/reaper.js";
import type { RelayOptions } from "#edge/proxy/messages.js";
import { openProxy } from "#edge/proxy/proxy-listeners.js";
import { readEnvFiles, serviceProgram } from "#edge/service-program.js";
import { openStore, type Store } from "#edge/store/open-store.js";
import { storeError } from "#edge/store/store-failure.js";
import { openOffered } from "#edge/transparent/offered/open-offered.js";
import { TransparentListeners } from "#edge/transparent/transparent-listeners.js";
import { startWatching, type Watching } from "#edge/watch/start-watching.js";
import type { Emit } from "#ports/emit.js";
import type { LogEntry } from "#report/log-entry.js";
import { listenWarningEntry, watchWarningEntry } from "./warning-entries.js";
import { watchedStore } from "./watched-store.js";

/** The true world behind the ports, opened for these settings. */
export interface World {
  readonly store: Store;
  readonly listeners: OwnListeners;
  readonly processes: OwnProcesses;
  readonly builds: RunningBuilds;
  readonly events: EventJournal;
  readonly timings: Timings;
  /** Watches by the settings as they are now. */
  readonly watchAgain: () => void;
}

/**
 * Opens everything in the order in which a mistake is cheapest: what is refused here has started nothing. What was opened
 * is in `closers`.
 */
export async function openWorld(
  settings: Settings,
  emit: Emit,
  say: (entry: LogEntry) => void,
  closers: Closers,
): Promise<World> {
  const watched = watchedStore(settings);
  if (watched !== null) throw watched;
  const store = open(
    openStore(settings.store.dir, () => settings.store.keep),
    storeError,
  );
  closers.add(() => store.close());
  const records = openRecords(settings, say, closers);
  const listeners = open(openClients(settings, emit, say), listenError);
  closers.add(() => listeners.close());
  const envFiles = readEnvFiles(settings.envFiles);
  if (!envFiles.ok) throw envFileError(envFiles.error);

  becomeSubreaper();
  const reaper = startReaper();
  closers.add(() => reaper.stop());
  const processes = createProcesses({
    settings,
    listeners,
    reaper,
    emit,
    programOf: serviceProgram(settings, store.pathOf.bind(store), ({ path, code }) =>
      say({
        level: "error",
        event: "env-file",
        message: `${path} cannot be read (${code}): started without it`,
      }),
    ),
  });
  closers.add(() => processes.close());
  listeners.carryBy?.(processes.moves);
  processes.prewarm();
  const plan = open(await checkRecipe(settings), recipeError);
  return {
    store,
    listeners,
    processes,
    ...records,
    ...watchAndBuild(settings, store, records, plan, emit, say, closers),
  };
}

/** Where clients arrive, by the hand-over. */
function openClients(
  settings: Settings,
  emit: Emit,
  say: (entry: LogEntry) => void,
): Result<OwnListeners, ListenFailure> {
  const { listen, listenNamed, handover } = settings;
  const warn = (warning: ListenWarning) => say(listenWarningEntry(warning));
  if (handover === "proxy") return openProxy({ listen, emit, relay: () => relayOptions(settings) });
  if (handover === "transparent") {
    return ok(new TransparentListeners({ emit, warn, named: listenNamed ? listen : [] }));
  }
  if (handover === "auto") return openOffered({ listen, emit, warn, named: listenNamed });
  return openListeners({ listen, emit, warn });
}

function relayOptions({ proxy, policy }: Settings): RelayOptions {
  const { protocol, forwarded, header, queue } = proxy;
  const { readyTimeoutMs: waitMs } = policy;
  return { protocol, forwarded, proxyHeader: header, queueMax: queue, waitMs };
}

type Records = Pick<World, "events" | "timings">;

/** What is remembered of this run, in the store. */
function openRecords(
  settings: Settings,
  say: (entry: LogEntry) => void,
  closers: Closers,
): Records {
  const events = openJournal({
    storeDir: settings.store.dir,
    onFailure: ({ detail }) =>
      say({ level: "warn", event: "store-failure", message: `events are not kept: ${detail}` }),
  });
  closers.add(() => events.close());
  const { dir: storeDir } = settings.store;
  const timings = createTimings({ storeDir, cwd: settings.cwd, goVersion: null });
  closers.add(() => timings.close());
  return { events, timings };
}

function watchAndBuild(
  settings: Settings,
  store: Store,
  { timings }: Records,
  plan: RecipePlan,
  emit: Emit,
  say: (entry: LogEntry) => void,
  closers: Closers,
): Pick<World, "builds" | "watchAgain"> {
  const watch = (): Watching =>
    startWatching(
      settings,
      () => emit({ kind: "change-noticed" }),
      (warning) => say(watchWarningEntry(warning)),
    );
  let watching = watch();
  closers.add(() => watching.close());
  const builds = createBuilds({
    settings,
    store,
    watching: { read: () => watching.read() },
    emit,
    mainPackage: plan.mainPackage,
    onArtifact: (_, bytes) => timings.sample("artifact", bytes),
    onStoreFailure: ({ detail }) =>
      say({ level: "error", event: "store-failure", message: detail }),
  });
  closers.add(() => builds.close());
  const watchAgain = (): void => {
    watching.close();
    watching = watch();
    emit({ kind: "change-noticed" });
  };
  return { builds, watchAgain };
}

type Opened<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

function open<T, E>(opened: Opened<T, E>, toError: (error: E) => UserError): T {
  if (!opened.ok) throw toError(opened.error);
  return opened.value;
}

function envFileError({ path, code }: { path: string; code: string }): UserError {
  return new UserError({
    code: "env-file",
    message: `${path} of env.files cannot be read: ${code}`,
    hint: "Correct env.files (--env-files), or make the file readable.",
  });
}
