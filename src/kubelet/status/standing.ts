import type { Verdict } from "#kubelet/prober/worker.js";

/** What decides whether a container is started and ready. Verdicts are null where there is no such probe, `unknown` before one. */
export interface Facts {
  readonly state: "waiting" | "running" | "terminated";
  readonly exitCode: number | null;
  /** A plain init container is ready when it has completed, and started while it runs. */
  readonly plainInit: boolean;
  readonly startup: Verdict | null;
  readonly readiness: Verdict | null;
}

export function isStarted({ state, plainInit, startup }: Facts): boolean {
  return state === "running" && (plainInit || startup === null || startup === "success");
}

export function isReady(facts: Facts): boolean {
  if (facts.plainInit) return facts.state === "terminated" && facts.exitCode === 0;
  return isStarted(facts) && (facts.readiness === null || facts.readiness === "success");
}
