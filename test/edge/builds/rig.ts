import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createBuilds, type RunningBuilds } from "#edge/builds/create-builds.js";
import type { BuildSettings } from "#edge/builds/recipes.js";
import { openStore, type Store } from "#edge/store/open-store.js";
import { startWatching, type Watching } from "#edge/watch/start-watching.js";
import type { Happening } from "#model/happening.js";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";

/** Builds, store and watcher together, in two folders of their own. */
export interface Rig {
  readonly cwd: string;
  /** One object for the whole life, as in a running hotpod: changed in place. */
  readonly settings: BuildSettings;
  readonly store: Store;
  readonly watching: Watching;
  readonly builds: RunningBuilds;
  /** Everything emitted so far. */
  readonly happenings: Happening[];
  /** The next happening of that kind, from the call on. Fails after `limitMs`. */
  next<K extends Happening["kind"]>(kind: K): Promise<Extract<Happening, { kind: K }>>;
  /** Builds once and answers what became of it. */
  build(): Promise<Happening>;
}

let builds = 0;

export function rig(
  t: TestContext,
  settings: Partial<BuildSettings>,
  options: { readonly cwd?: string; readonly storeDir?: string; readonly limitMs?: number } = {},
): Rig {
  const cwd = options.cwd ?? temporaryFolder(t);
  const opened = openStore(options.storeDir ?? join(temporaryFolder(t), "store"), () => 3);
  if (!opened.ok) assert.fail(opened.error.detail);
  const store = opened.value;
  const all: BuildSettings = {
    cwd,
    recipe: "command",
    args: [],
    imageProgram: null,
    build: { package: null, command: [], args: [], env: {}, before: [], timeoutMs: 60_000 },
    artifact: null,
    ...settings,
  };
  const { happenings, emit, when } = recorder(options.limitMs ?? 20_000);
  const watch = {
    watch: [cwd],
    ignore: [],
    poll: "auto",
    store: { dir: store.dir, keep: 3 },
  } as const;
  const watching = startWatching(
    { ...all, ...watch },
    () => emit({ kind: "change-noticed" }),
    () => {},
  );
  const port = createBuilds({ settings: all, store, watching, emit, mainPackage: null });
  t.after(async () => {
    watching.close();
    await port.close();
    store.close();
  });

  const next: Rig["next"] = async (kind) =>
    (await when((happening) => happening.kind === kind)) as Extract<
      Happening,
      { kind: typeof kind }
    >;
  return {
    cwd,
    settings: all,
    store,
    watching,
    builds: port,
    happenings,
    next,
    build: async () => {
      builds += 1;
      const build = builds;
      const end = when(
        (one) => one.kind.startsWith("build-") && "build" in one && one.build === build,
      );
      port.start(build, `content${build}`);
      return await end;
    },
  };
}

function recorder(limitMs: number) {
  const happenings: Happening[] = [];
  const waiting = new Set<(happening: Happening) => void>();
  const emit = (happening: Happening): void => {
    happenings.push(happening);
    for (const each of [...waiting]) each(happening);
  };
  const when = (wanted: (happening: Happening) => boolean): Promise<Happening> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("it did not happen in time")), limitMs);
      const look = (happening: Happening): void => {
        if (!wanted(happening)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(happening);
      };
      waiting.add(look);
    });
  return { happenings, emit, when };
}

/** The program of a build that succeeded. */
export function programOf(rig: Rig, happening: Happening): string {
  if (happening.kind !== "build-succeeded") assert.fail(JSON.stringify(happening));
  return rig.store.pathOf(happening.artifact.id);
}

export function failureOf(happening: Happening) {
  if (happening.kind !== "build-failed") assert.fail(JSON.stringify(happening));
  return happening.failure;
}

export function script(folder: string, name: string, text: string): string {
  write(folder, { [name]: `#!/bin/sh\n${text}\n` });
  chmodSync(join(folder, name), 0o755);
  return join(folder, name);
}
