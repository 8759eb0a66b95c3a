/** What a kubelet does differently from version to version, and on which runtime. Everything else of this room takes it as a value. */
export interface NodeVersion {
  /** Kubernetes 1.x; known from 31 to 36, newer ones behave like the newest that is known. */
  readonly minor: number;
  readonly runtime: Runtime;
  readonly quirks: Quirks;
}

export type Runtime = "containerd" | "crio" | "dockershim";

export interface Quirks {
  /** An extra readiness attempt starts the period anew (from 1.32). */
  readonly readinessReanchor: boolean;
  /** A startup probe that has succeeded is on hold until the next instance (from 1.32). */
  readonly startupHoldAfterSuccess: boolean;
  /** A container in back-off is looked at every 10 to 15 s instead of when it is over (to 1.34). */
  readonly backoffPolling: boolean;
  /** After a probe kill the next instance begins as started (a fault of 1.35.0 to 1.36.x; off). */
  readonly startedInheritance: boolean;
  /** The probes of a sidecar survive its exit in a pod that never restarts (from 1.33). */
  readonly sidecarWorkersSurvive: boolean;
  /** `restartPolicyRules` of a container count (from 1.35 by default). */
  readonly restartRules: boolean;
  /** A changed image or changed resources forget the back-off; before, any change of the container did (from 1.34). */
  readonly backoffKeyIsImageAndResources: boolean;
}

/** The kubelet of Kubernetes 1.`minor`; `quirks` switches single ones. */
export function nodeVersion(
  minor: number,
  runtime: Runtime = "containerd",
  quirks: Partial<Quirks> = {},
): NodeVersion {
  return {
    minor,
    runtime,
    quirks: {
      readinessReanchor: minor >= 32,
      startupHoldAfterSuccess: minor >= 32,
      backoffPolling: minor <= 34,
      startedInheritance: false,
      sidecarWorkersSurvive: minor >= 33,
      restartRules: minor >= 35,
      backoffKeyIsImageAndResources: minor >= 34,
      ...quirks,
    },
  };
}
