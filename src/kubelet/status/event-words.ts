import type { NodeVersion } from "#kubelet/node-version.js";

/** Texts of the kubelet's events, by version. `pod` as in `name_namespace(uid)`. */
export type KillWords =
  | { readonly kind: "probe"; readonly probe: "liveness" | "startup"; readonly restarts: boolean }
  | { readonly kind: "stop" }
  | { readonly kind: "definition"; readonly restarts: boolean }
  | { readonly kind: "post-start" };

export function killingMessage(container: string, sidecar: boolean, why: KillWords): string {
  const who = sidecar ? `Init container ${container}` : `Container ${container}`;
  switch (why.kind) {
    case "probe":
      return `${who} failed ${why.probe} probe${why.restarts && !sidecar ? ", will be restarted" : ""}`;
    case "definition":
      return `${who} definition changed${why.restarts && !sidecar ? ", will be restarted" : ""}`;
    case "stop":
      return `Stopping container ${container}`;
    case "post-start":
      return "FailedPostStartHook";
  }
}

export function startedMessage(container: string, { minor }: NodeVersion): string {
  return minor >= 35 ? "Container started" : `Started container ${container}`;
}

export function backOffMessage(container: string, pod: string): string {
  return `Back-off restarting failed container ${container} in pod ${pod}`;
}
