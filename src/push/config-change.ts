/** What becomes of a ConfigMap: keys that are given replace what it holds, the others stay unless they are pruned. */

/** As the API server answers it; the fields that matter here. */
export interface ConfigMapObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  /** In base64: what is no UTF-8. */
  readonly binaryData?: Readonly<Record<string, string>>;
}

export type Value =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly base64: string };

export type Values = ReadonlyMap<string, Value>;

export interface ConfigChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly same: readonly string[];
  /** Everything it holds afterwards, by key in order. */
  readonly after: Values;
  /**
   * What replaces it, refused when somebody else has changed it meanwhile (`resourceVersion`); null: it holds all of this already.
   */
  readonly replacement: ConfigMapObject | null;
}

export type ChangeProblem =
  | { readonly kind: "immutable" }
  | { readonly kind: "too-large"; readonly bytes: number };

/** The API server's own limit of all keys and values together. */
export const CONFIG_MAP_BYTES_MAX = 1_048_576;

export function valuesOf({ data = {}, binaryData = {} }: ConfigMapObject): Values {
  const all: [string, Value][] = [
    ...Object.entries(data).map(([key, text]): [string, Value] => [key, { kind: "text", text }]),
    ...Object.entries(binaryData).map(([key, base64]): [string, Value] => [
      key,
      { kind: "binary", base64 },
    ]),
  ];
  return inOrder(all);
}

export function changeConfigMap(
  before: ConfigMapObject,
  given: Values,
  prune: boolean,
): ConfigChange {
  const held = valuesOf(before);
  const kept = prune ? [] : [...held].filter(([key]) => !given.has(key));
  const after = inOrder([...kept, ...given]);
  const added = [...after.keys()].filter((key) => !held.has(key));
  const removed = [...held.keys()].filter((key) => !after.has(key));
  const isSame = (key: string): boolean => isEqual(held.get(key), after.get(key));
  const both = [...after.keys()].filter((key) => held.has(key));
  const changed = both.filter((key) => !isSame(key));
  const touched = [...added, ...changed, ...removed];
  const replacement = touched.length === 0 ? null : replace(before, after);
  return { added, changed, removed, same: both.filter(isSame), after, replacement };
}

export function problemOf(before: ConfigMapObject, change: ConfigChange): ChangeProblem | null {
  if (change.replacement === null) return null;
  if (before.immutable === true) return { kind: "immutable" };
  const bytes = [...change.after].reduce(
    (sum, [key, value]) => sum + key.length + sizeOf(value),
    0,
  );
  return bytes > CONFIG_MAP_BYTES_MAX ? { kind: "too-large", bytes } : null;
}

/** In bytes. */
export function sizeOf(value: Value): number {
  if (value.kind === "binary") {
    return (value.base64.length / 4) * 3 - (/=*$/.exec(value.base64)?.[0].length ?? 0);
  }
  let bytes = 0;
  for (const character of value.text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Who else writes it, and will write over this; null: nobody who says so. */
export function ownerOf({ metadata }: ConfigMapObject): string | null {
  const { labels = {}, annotations = {} } = metadata;
  if ("argocd.argoproj.io/tracking-id" in annotations) return "Argo CD";
  if ("kustomize.toolkit.fluxcd.io/name" in labels) return "Flux";
  return labels["app.kubernetes.io/managed-by"] ?? null;
}

function replace(before: ConfigMapObject, after: Values): ConfigMapObject {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of after) {
    if (value.kind === "text") data[key] = value.text;
    else binaryData[key] = value.base64;
  }
  return { ...before, data, binaryData };
}

function isEqual(one: Value | undefined, other: Value | undefined): boolean {
  if (one?.kind === "text" && other?.kind === "text") return one.text === other.text;
  return one?.kind === "binary" && other?.kind === "binary" && one.base64 === other.base64;
}

/** By code points, as readers of a folder sort names. */
function inOrder(all: readonly [string, Value][]): Values {
  return new Map([...all].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)));
}
