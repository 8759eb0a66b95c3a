import type { ConfigCluster } from "#edge/cluster/config-cluster.js";
import { hashOfValue, hashOfValues } from "#edge/cluster/expected-hash.js";
import type { ConfigOutcome, FollowedConfig } from "#model/followed-config.js";
import type { ConfigChange } from "#push/config-change.js";
import { type Place, placesIn } from "#push/plan-waits.js";
import type { Reader } from "#push/readers.js";
import { showWait, type Wait } from "#push/waits.js";
import type { PushOutcome } from "#report/push/push-text.js";

/** A container that reads the ConfigMap, and what is known of it before anything changes. */
export interface KnownReader {
  readonly reader: Reader;
  /** null: nobody in it can be asked; `why` says why. */
  readonly places: readonly Place[] | null;
  readonly why: string | null;
}

/** Beyond the wait inside the pod, for the way there and back. */
const WAY_MS = 10_000;

/** What the hotpod in the container follows; one that reads only at its start is not asked. */
export async function askFollowed(
  cluster: ConfigCluster,
  reader: Reader,
  change: ConfigChange,
): Promise<KnownReader> {
  const { pod, container, how } = reader;
  if (how.kind === "fixed") return { reader, places: [], why: null };
  const argv = ["hotpod", "ctl", "config", "--format", "json"];
  const asked = await cluster.exec(pod, container, argv, WAY_MS);
  if (!asked.ok) {
    const why = asked.error.kind === "refused" ? asked.error.words : asked.error.kind;
    return { reader, places: null, why };
  }
  const followed = readJson<FollowedConfig>(asked.value.out);
  if (followed === null) return { reader, places: null, why: asked.value.err };
  return { reader, places: placesIn(how, change, followed), why: null };
}

/** Waits inside the container until each place has its content and that has counted. */
export async function awaitReader(
  cluster: ConfigCluster,
  { reader, places, why }: KnownReader,
  options: { readonly dryRun: boolean; readonly timeoutMs: number },
  elapsed: () => number,
): Promise<readonly PushOutcome[]> {
  const { pod, container, how } = reader;
  const outcome = (path: string, state: PushOutcome["state"], detail: string | null = null) => ({
    ...{ pod, container, path, state, detail, action: null, tookMs: null },
  });
  if (how.kind === "fixed") {
    return [outcome(how.at, "fixed", how.why === "sub-path" ? "subPath mount" : "environment")];
  }
  if (places === null) return [outcome(how.mountPath, "unknown", why)];
  const waits = options.dryRun ? [] : places.flatMap(waitFor);
  const waited = waits.length === 0 ? [] : await wait(cluster, reader, waits, options.timeoutMs);
  const tookMs = elapsed();
  return places.map((place) => {
    const { path, action, expected } = place;
    const came = waited.find((one) => one.path === path);
    if (came !== undefined) {
      const { state, detail } = came;
      return { ...outcome(path, state, detail), action: came.action ?? action, tookMs };
    }
    const state = expected.kind === "absent" ? "removed" : "untouched";
    return { ...outcome(path, state), action };
  });
}

async function wait(
  cluster: ConfigCluster,
  { pod, container }: Reader,
  waits: readonly Wait[],
  timeoutMs: number,
): Promise<readonly ConfigOutcome[]> {
  const argv = [
    ...["hotpod", "ctl", "config", "--format", "json", "--timeout", `${timeoutMs}ms`],
    ...waits.flatMap((one) => ["--wait", showWait(one)]),
  ];
  const asked = await cluster.exec(pod, container, argv, timeoutMs + WAY_MS);
  const waited = asked.ok ? readJson<ConfigOutcome>(asked.value.out) : null;
  if (waited !== null) return waited;
  const words = asked.ok ? asked.value.err : asked.error.kind;
  return waits.map(({ path }) => ({
    ...{ path, hash: null, state: "late" as const, action: null },
    detail: `the container does not tell: ${words}`,
  }));
}

function waitFor({ path, expected, hashBefore }: Place): readonly Wait[] {
  switch (expected.kind) {
    case "file":
      return [{ path, is: "like", hash: hashOfValue(expected.value) }];
    case "folder":
      return [{ path, is: "like", hash: hashOfValues(expected.files) }];
    case "different":
      return hashBefore === null ? [] : [{ path, is: "unlike", hash: hashBefore }];
    case "absent":
    case "untouched":
      return [];
  }
}

/** null: it is no list in JSON, so no hotpod of this version has answered. */
function readJson<T>(text: string): readonly T[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as T[]) : null;
  } catch {
    return null;
  }
}
