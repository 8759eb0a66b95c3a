import type { Value, Values } from "./config-change.js";
import type { Mounted } from "./readers.js";

/** What a path holds once the kubelet has brought the new content. */
export type Expected =
  | { readonly kind: "file"; readonly value: Value }
  /** A folder with these files of its own, in order. */
  | { readonly kind: "folder"; readonly files: readonly { name: string; value: Value }[] }
  /** Something else than before: what else is in the folder is not known. */
  | { readonly kind: "different" }
  /** The new content has no such file. */
  | { readonly kind: "absent" };

/** Of a path in the mount or the mount itself; null: it lies elsewhere. */
export function expectedAt(path: string, mount: Mounted, values: Values): Expected | null {
  const { mountPath, mixed } = mount;
  if (path !== mountPath && !path.startsWith(`${mountPath}/`)) return null;
  const files = filesOf(mount, values);
  const inside = path.slice(mountPath.length + 1);
  const value = files.get(inside);
  if (inside !== "" && value !== undefined) return { kind: "file", value };
  const folder = inside === "" ? "" : `${inside}/`;
  const own = [...files]
    .filter(([name]) => name.startsWith(folder) && !name.slice(folder.length).includes("/"))
    .map(([name, one]) => ({ name: name.slice(folder.length), value: one }))
    .filter(({ name }) => !name.startsWith("."));
  // A file of another source.
  if (mixed && inside !== "") return null;
  if (mixed) return { kind: "different" };
  return inside === "" || own.length > 0 ? { kind: "folder", files: own } : { kind: "absent" };
}

/** The volume's files by their path in it. */
function filesOf({ items }: Mounted, values: Values): ReadonlyMap<string, Value> {
  if (items === null) return values;
  const files = items.flatMap(({ key, path }): [string, Value][] => {
    const value = values.get(key);
    return value === undefined ? [] : [[path, value]];
  });
  return new Map(files.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)));
}
