import { fail, ok, type Result } from "#base/result.js";
import type { PodSight } from "#ports/lab/kube-access.js";
import type { ClusterBench } from "./cluster-bench.js";
import { podManifest } from "./pod-manifest.js";
import type { ApiPod } from "./pod-rows.js";

/** Why no pod of the lab can run. */
export type PreflightProblem =
  /** The runtime's words. */
  | { readonly kind: "no-image"; readonly words: string }
  | { readonly kind: "no-tools"; readonly words: string }
  | { readonly kind: "not-scheduled"; readonly words: string }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "too-slow" };

const TOOLS = "cat chmod cp dd false grep httpd ls mkdir mv rm sleep wget".split(" ");
const PROGRAM = [
  `for tool in ${TOOLS.join(" ")}; do command -v $tool >/dev/null || echo "$tool is missing"; done`,
  "echo looked",
].join("; ");

/** Runs the image once, which pulls it, and answers the name of the node that has it now. */
export async function preflight(
  bench: ClusterBench,
  name: string,
): Promise<Result<string, PreflightProblem>> {
  const sights = watch(bench, name);
  const place = { image: bench.image, node: "", lifeSeconds: Math.round(PATIENCE_MS / 1_000) };
  // It ends, and shall not be started again.
  const asked = { program: PROGRAM, graceSeconds: 1, restartPolicy: "Never" } as const;
  try {
    await bench.create(podManifest(name, asked, place));
  } catch (error) {
    return fail({ kind: "refused", words: (error as Error).message });
  }
  const end = await sights.decided(PATIENCE_MS);
  if (end === null) return fail({ kind: "too-slow" });
  if (end.kind !== "ran") return fail(end);
  const said = await bench.log(name, "current");
  if (!said.ok) return fail({ kind: "refused", words: said.error });
  const missing = said.value.filter((line) => line.endsWith(" is missing"));
  if (missing.length > 0) return fail({ kind: "no-tools", words: missing.join(", ") });
  return said.value.includes("looked")
    ? ok(end.node)
    : fail({ kind: "no-tools", words: said.value.join(" ") || "its shell says nothing" });
}

type Decided = { readonly kind: "ran"; readonly node: string } | PreflightProblem;

/** What a sight of the pod decides; null: not yet anything. */
export function decide(pod: ApiPod | null): Decided | null {
  const { spec, status } = pod ?? {};
  const [container] = status?.containerStatuses ?? [];
  const waiting = container?.state?.waiting;
  const code = container?.state?.terminated?.exitCode;
  if (code === 0) return { kind: "ran", node: spec?.nodeName ?? "" };
  if (code !== undefined || status?.phase === "Failed") {
    return { kind: "no-tools", words: `sh ended with ${code ?? "an error"}` };
  }
  if (waiting?.reason !== undefined && IMAGE_REASONS.has(waiting.reason)) {
    return { kind: "no-image", words: waiting.message ?? waiting.reason };
  }
  if (waiting?.reason !== undefined && START_REASONS.has(waiting.reason)) {
    return { kind: "no-tools", words: waiting.message ?? waiting.reason };
  }
  const unscheduled = status?.conditions?.find((one) => one.reason === "Unschedulable");
  if (unscheduled?.status !== "False") return null;
  return { kind: "not-scheduled", words: unscheduled.message ?? "no node takes it" };
}

const IMAGE_REASONS = new Set(
  "ErrImagePull ImagePullBackOff ErrImageNeverPull InvalidImageName ImageInspectError".split(" "),
);
const START_REASONS = new Set(
  "CreateContainerConfigError CreateContainerError RunContainerError".split(" "),
);

function watch(
  bench: ClusterBench,
  name: string,
): { decided(timeoutMs: number): Promise<Decided | null> } {
  let settle = (_: Decided | null): void => {};
  const decided = new Promise<Decided | null>((resolve) => {
    settle = resolve;
  });
  bench.follow(name, ({ kind, object }: PodSight) => {
    const found = kind === "pod" ? decide(object as ApiPod | null) : null;
    if (found !== null) settle(found);
  });
  return {
    decided(timeoutMs) {
      const takeBack = bench.clock.after(timeoutMs, () => settle(null));
      void decided.then(takeBack);
      return decided;
    },
  };
}

/** An image may have to come from far away. */
const PATIENCE_MS = 180_000;
