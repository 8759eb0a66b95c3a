/** What each reader has to report once the new content is there, given what hotpod follows in its container. */
import type { FollowedConfig } from "#model/followed-config.js";
import type { ConfigChange } from "./config-change.js";
import { type Expected, expectedAt } from "./expected.js";
import type { Mounted } from "./readers.js";

/** One path that will be waited for, or need not be. */
export interface Place {
  readonly path: string;
  readonly expected: Expected | { readonly kind: "untouched" };
  /** Its hash before; null: nobody follows it, or it cannot be read. */
  readonly hashBefore: string | null;
  readonly action: string | null;
}

/** The followed paths in the mount; where hotpod follows none, the mount itself. */
export function placesIn(
  mount: Mounted,
  change: ConfigChange,
  followed: readonly FollowedConfig[],
): readonly Place[] {
  const places = followed.flatMap(({ path, hash, action }): Place[] => {
    const expected = expectedAt(path, mount, change.after);
    if (expected === null) return [];
    const kept = expected.kind === "different" && !touches(mount, change);
    return [{ path, expected: kept ? { kind: "untouched" } : expected, hashBefore: hash, action }];
  });
  const unique = places.filter(
    ({ path }, index) => places.findIndex((one) => one.path === path) === index,
  );
  if (unique.length > 0) return unique;
  const path = mount.mountPath;
  const whole = expectedAt(path, mount, change.after) ?? { kind: "untouched" as const };
  // What else lies in the folder is not known, and nobody has told a hash: there is nothing to compare with.
  const expected = whole.kind === "different" ? { kind: "untouched" as const } : whole;
  return [{ path, expected, hashBefore: null, action: null }];
}

/** Whether one of the mount's own files changes. */
function touches({ items }: Mounted, { added, changed, removed }: ConfigChange): boolean {
  const touched = [...added, ...changed, ...removed];
  return touched.some((key) => items === null || items.some((item) => item.key === key));
}
