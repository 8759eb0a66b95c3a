import { fail, ok, type Result } from "#base/result.js";
import type { CallFailure } from "#model/kube/call-failure.js";
import type { KubeAccess, KubeObject } from "#ports/lab/kube-access.js";

export const FORBIDDEN: CallFailure = {
  ...{ kind: "refused", reason: "forbidden" },
  words: "Error from server (Forbidden): not for you",
};

/** A cluster of namespaces and nothing else, that says who may do what. `calls`: what was asked of it that changes something. */
export function falseAccess(options: {
  readonly namespaces: Readonly<Record<string, object>>;
  readonly rules?: readonly object[];
  readonly incomplete?: boolean;
  readonly refuses?: "create" | "remove";
}): { readonly access: KubeAccess; readonly calls: string[] } {
  const calls: string[] = [];
  const everything = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
  const { rules = [everything], incomplete = false } = options;
  const done = async (what: string, refused: boolean): Promise<Result<string, CallFailure>> => {
    calls.push(what);
    return refused ? fail(FORBIDDEN) : ok("");
  };
  const unused = (): never => {
    throw new Error("nobody asks for that here");
  };
  const access: KubeAccess = {
    clock: { nowMs: () => 0, wait: () => Promise.resolve(), after: () => () => {} },
    wallTime: (later) => `2026-01-02T03:04:${`${later}`.padStart(2, "0")}.000Z`,
    timeMs: () => Number.NaN,
    serverVersion: async () => ok("v1.36.3"),
    get: async (_, name) => ok(options.namespaces[name] ?? null),
    async create(object: KubeObject) {
      if (object.kind === "SelfSubjectRulesReview") {
        return ok({ status: { resourceRules: rules, incomplete } });
      }
      const { name, labels, annotations } = object.metadata;
      const made = await done(
        `create ${object.kind} ${name} ${JSON.stringify({ labels, annotations })}`,
        options.refuses === "create",
      );
      return made.ok ? ok(object) : made;
    },
    replace: unused,
    removeLabelled: (kinds, label, namespace, grace) =>
      done(`remove ${kinds.join()} ${label} in ${namespace} grace ${grace}`, false),
    removeNamespace: (name) => done(`remove namespace ${name}`, options.refuses === "remove"),
    log: unused,
    followLog: unused,
    watch: unused,
    guard({ name, label }) {
      calls.push(`guard ${name} ${label}`);
      return { release: () => calls.push("release") };
    },
  };
  return { access, calls };
}
