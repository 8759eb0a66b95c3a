import { fail, ok } from "#base/result.js";
import { callsTo, placeFlags } from "#edge/cluster/kube-calls.js";
import { createCleanups } from "#edge/observe/cleanups.js";
import { labClock } from "#edge/observe/lab-clock.js";
import type { Answer, GuardedNamespace, KubeAccess, KubeObject } from "#ports/lab/kube-access.js";
import { startClusterGuard } from "./cluster-guard.js";
import { followLog } from "./follow-log.js";
import { watchNamespace } from "./watch-namespace.js";

export interface OpenAccess extends KubeAccess {
  /** No more timers. */
  close(): Promise<void>;
}

/** The cluster of a context of kubectl's configuration. */
export function kubeAccess(context: string): OpenAccess {
  const cleanups = createCleanups();
  const call = callsTo({ context, namespace: null });
  const inside = (namespace: string | null): readonly string[] =>
    namespace === null ? [] : [`--namespace=${namespace}`];
  const send = async (
    verb: "create" | "replace",
    object: KubeObject,
    namespace: string | null,
  ): Promise<Answer<object>> => {
    // kubectl's own validation would ask for things that one may not have the right to read.
    const flags = ["--filename=-", "--output=json", "--validate=false"];
    const argv = [...inside(namespace), verb, ...flags];
    const sent = await call(argv, { input: object, detached: true });
    return sent.ok ? ok(JSON.parse(sent.value) as object) : sent;
  };
  const remove = {
    labelled: (kinds: readonly string[], label: string, namespace: string, grace: number) => [
      ...[`--namespace=${namespace}`, "delete", kinds.join(","), `--selector=${label}`],
      ...["--wait=false", "--ignore-not-found", `--grace-period=${grace}`],
    ],
    namespace: (name: string, waitMs: number) => [
      ...["delete", "namespace", name, "--ignore-not-found"],
      ...(waitMs === 0 ? ["--wait=false"] : [`--timeout=${Math.ceil(waitMs / 1_000)}s`]),
    ],
  };
  return {
    clock: labClock(cleanups),
    wallTime: (laterSeconds) => new Date(Date.now() + laterSeconds * 1_000).toISOString(),
    timeMs: (text) => Date.parse(text),
    async serverVersion() {
      const asked = await call(["version", "--output=json", "--request-timeout=15s"]);
      if (!asked.ok) return asked;
      const { serverVersion } = JSON.parse(asked.value) as {
        readonly serverVersion?: { readonly gitVersion?: string };
      };
      return ok(serverVersion?.gitVersion ?? "unknown");
    },
    async get(kind, name, namespace) {
      const asked = await call([...inside(namespace), "get", kind, name, "--output=json"]);
      if (asked.ok) return ok(JSON.parse(asked.value) as object);
      const { error } = asked;
      return error.kind === "refused" && error.reason === "not-found" ? ok(null) : fail(error);
    },
    create: (object, namespace) => send("create", object, namespace),
    replace: (object, namespace) => send("replace", object, namespace),
    removeLabelled: (kinds, label, namespace, graceSeconds) =>
      call(remove.labelled(kinds, label, namespace, graceSeconds), { detached: true }),
    removeNamespace: (name, waitMs) =>
      call(remove.namespace(name, waitMs), { timeoutMs: waitMs + SLACK_MS, detached: true }),
    log: (pod, namespace, of) =>
      call([
        ...[`--namespace=${namespace}`, "logs", pod, "--request-timeout=15s"],
        ...(of === "previous" ? ["--previous"] : []),
      ]),
    followLog: (pod, namespace) => followLog(context, pod, namespace),
    watch: (namespace) => watchNamespace(context, namespace),
    guard({ name, label }: GuardedNamespace) {
      const flags = placeFlags({ context, namespace: null });
      const argv =
        label === null ? remove.namespace(name, 0) : remove.labelled(LEFT, label, name, 1);
      return startClusterGuard([...flags, ...argv]);
    },
    close: () => cleanups.run(),
  };
}

const LEFT = ["pods", "configmaps", "services"];
const SLACK_MS = 15_000;
