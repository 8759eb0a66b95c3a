import type { NodeVersion } from "#kubelet/node-version.js";
import type { ProbeKind } from "#model/kube/pod.js";
import type { Result } from "./worker.js";

/** What a handler found. `error`: the question itself failed. */
export type Outcome =
  | {
      readonly kind: "success";
      readonly output: string;
      /** Every question is answered so, at once, until the machine is told that something is another. */
      readonly lasts?: true;
    }
  /** Good, with a remark: a redirect to another host. */
  | { readonly kind: "warning"; readonly output: string }
  | { readonly kind: "failure"; readonly output: string }
  | { readonly kind: "unknown"; readonly output: string }
  | { readonly kind: "error"; readonly state: "unknown" | "failure"; readonly error: string };

/** What an outcome counts as, and the event it leaves. */
export interface Heard {
  /** null: thrown away, no threshold moves. */
  readonly result: Result | null;
  readonly event: {
    readonly reason: "Unhealthy" | "ProbeWarning";
    readonly message: string;
  } | null;
}

/** An error is tried again at once, so often in all. */
export const TRIES = 3;

export function hear(kind: ProbeKind, outcome: Outcome, version: NodeVersion): Heard {
  const name = TITLES[kind];
  switch (outcome.kind) {
    case "success":
      return { result: "success", event: null };
    case "warning": {
      const message = `${name} probe warning: ${outcome.output}`;
      return { result: "success", event: { reason: "ProbeWarning", message } };
    }
    case "failure": {
      const message = `${name} probe failed: ${outcome.output}`;
      return { result: "failure", event: { reason: "Unhealthy", message } };
    }
    case "unknown": {
      const message = `${name} probe failed: ${outcome.output}`;
      const event = version.minor >= 33 ? null : ({ reason: "Unhealthy", message } as const);
      return { result: "failure", event };
    }
    case "error": {
      const how =
        version.minor >= 33 ? `errored and resulted in ${outcome.state} state` : "errored";
      const message = `${name} probe ${how}: ${outcome.error}`;
      return { result: null, event: { reason: "Unhealthy", message } };
    }
  }
}

const TITLES = { liveness: "Liveness", readiness: "Readiness", startup: "Startup" } as const;
