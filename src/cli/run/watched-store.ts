import { UserError } from "#base/user-error.js";
import type { Settings } from "#config/settings.js";
import { watchedRoots } from "#edge/watch/start-watching.js";

/** What hotpod writes to its store would be changes of the service, for ever. null: nothing in the store is watched. */
export function watchedStore(settings: Settings): UserError | null {
  const { dir } = settings.store;
  const inside = (path: string) => path === dir || path.startsWith(`${dir}/`);
  const watched = watchedRoots(settings).find(inside);
  if (watched === undefined) return null;
  return new UserError({
    code: "store-watched",
    message: `the store ${dir} holds the watched ${watched}: everything hotpod writes would be a change`,
    hint: "Give the store a folder of its own with --store-dir, inside or outside of what is watched.",
  });
}
