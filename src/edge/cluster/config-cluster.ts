import { fail, ok, type Result } from "#base/result.js";
import type { DurationMs } from "#base/time.js";
import { type KubectlEnd, runKubectl } from "./kubectl-run.js";

export type CallFailure =
  | { readonly kind: "no-kubectl" }
  | { readonly kind: "timeout" }
  /** Its own words. */
  | { readonly kind: "refused"; readonly words: string };

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

/** An API server that does not answer is given up on. */
const CALL_MS = 30_000;

export function configCluster(place: {
  readonly context: string | null;
  readonly namespace: string | null;
}): ConfigCluster {
  const { context, namespace } = place;
  const where = [
    ...(context === null ? [] : [`--context=${context}`]),
    ...(namespace === null ? [] : [`--namespace=${namespace}`]),
  ];
  const call = async (argv: readonly string[], input?: string) =>
    outputOf(
      await runKubectl([...where, ...argv], {
        timeoutMs: CALL_MS,
        ...(input === undefined ? {} : { input }),
      }),
    );
  return {
    configMap: (name) => call(["get", "configmap", name, "--output=json"]),
    pods: (selector) =>
      call([
        "get",
        "pods",
        "--output=json",
        ...(selector === null ? [] : ["--selector", selector]),
      ]),
    replace: (object) => call(["replace", "--filename=-"], JSON.stringify(object)),
    annotate: (pods, key, value) =>
      call(["annotate", "pod", ...pods, `${key}=${value}`, "--overwrite"]),
    exec: async (pod, container, argv, timeoutMs) => {
      const end = await runKubectl(
        [...where, "exec", pod, `--container=${container}`, "--", ...argv],
        { timeoutMs },
      );
      if (end.kind !== "ended") return fail({ kind: end.kind });
      return ok({ code: end.code, out: end.out, err: end.err });
    },
  };
}

function outputOf(end: KubectlEnd): Result<string, CallFailure> {
  if (end.kind !== "ended") return fail({ kind: end.kind });
  return end.code === 0 ? ok(end.out) : fail({ kind: "refused", words: end.err });
}
