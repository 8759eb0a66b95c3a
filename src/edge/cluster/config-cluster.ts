import { fail, ok, type Result } from "#base/result.js";
import type { DurationMs } from "#base/time.js";
import type { CallFailure } from "#model/kube/call-failure.js";
import { type ClusterPlace, callsTo, placeFlags } from "./kube-calls.js";
import { runKubectl } from "./kubectl-run.js";

/** A command in a container that ended, with whatever code. */
export interface ExecEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a push needs of a cluster, asked through `kubectl` with the rights of whoever runs it. */
export interface ConfigCluster {
  configMap(name: string): Promise<Result<string, CallFailure>>;
  pods(selector: string | null): Promise<Result<string, CallFailure>>;
  /** Refused when it is no longer the one of that `resourceVersion`. */
  replace(object: object): Promise<Result<string, CallFailure>>;
  annotate(
    pods: readonly string[],
    key: string,
    value: string,
  ): Promise<Result<string, CallFailure>>;
  exec(
    pod: string,
    container: string,
    argv: readonly string[],
    timeoutMs: DurationMs,
  ): Promise<Result<ExecEnd, CallFailure>>;
}

export function configCluster(place: ClusterPlace): ConfigCluster {
  const call = callsTo(place);
  return {
    configMap: (name) => call(["get", "configmap", name, "--output=json"]),
    pods: (selector) =>
      call([
        "get",
        "pods",
        "--output=json",
        ...(selector === null ? [] : ["--selector", selector]),
      ]),
    replace: (object) => call(["replace", "--filename=-"], { input: object }),
    annotate: (pods, key, value) =>
      call(["annotate", "pod", ...pods, `${key}=${value}`, "--overwrite"]),
    exec: async (pod, container, argv, timeoutMs) => {
      const end = await runKubectl(
        [...placeFlags(place), "exec", pod, `--container=${container}`, "--", ...argv],
        { timeoutMs },
      );
      if (end.kind !== "ended") return fail({ kind: end.kind });
      return ok({ code: end.code, out: end.out, err: end.err });
    },
  };
}
