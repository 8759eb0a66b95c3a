/** What a user can set for all rules, in hotpod.yaml below `check:` or by flags. */
export interface CheckParameters {
  readonly profile: "dev" | "prod";
  /** k: how much longer than measured a start, a build or a stop may take. */
  readonly safety: number;
  /** Kubernetes 1.x; null: not said, so a rule that needs it says so. */
  readonly minor: number | null;
  /** Seconds from a change of an endpoint to new connections following it. */
  readonly endpointLag: number;
  /** The same behind a load balancer of the cloud. */
  readonly externalLbLag: number;
  /** Paths that answer "not ready" on purpose. */
  readonly readinessPaths: readonly string[];
  /** Seconds a postStart hook may sleep. */
  readonly hookSleep: number;
  /** Seconds an init container may wait for another service. */
  readonly initWait: number;
  /** Seconds; a fix raises terminationGracePeriodSeconds by itself up to here. */
  readonly maxGrace: number;
  /** inotify watches of a user on a node. */
  readonly maxWatches: number;
  /** CSI drivers whose files change without this kernel knowing. */
  readonly remoteFsDrivers: readonly string[];
  /** Seconds below which minReadySeconds says little. */
  readonly minReadyFloor: number;
  /** Namespaces that are production even under the profile `dev`. */
  readonly prodNamespaces: readonly string[];
  /** Values in a Secret that stand for others and are no secret. */
  readonly placeholders: readonly string[];
  /** Annotations of a Secret whose presence says that its values change. */
  readonly rotationAnnotations: readonly string[];
  /** Hosts that are served without TLS on purpose. */
  readonly plainHosts: readonly string[];
  /** Ingress classes whose controller has a certificate for every host. */
  readonly defaultTlsClasses: readonly string[];
  /** The commit that binaries have to be built from; null: not said. */
  readonly revision: string | null;
  /** `YYYY-MM-DD`: what suppressions expire by. */
  readonly today: string;
  /** One container and one project: what has no tie belongs together. */
  readonly assumeSingle: boolean;
}

export const CHECK_DEFAULTS: CheckParameters = {
  profile: "prod",
  safety: 1.5,
  minor: null,
  endpointLag: 2,
  externalLbLag: 10,
  readinessPaths: ["/ready", "/readyz", "/readiness", "/health/ready"],
  hookSleep: 5,
  initWait: 120,
  maxGrace: 300,
  maxWatches: 8192,
  remoteFsDrivers: ["nfs", "efs", "azurefile", "smb", "cephfs", "gcsfuse", "s3"],
  minReadyFloor: 10,
  prodNamespaces: [],
  placeholders: [],
  rotationAnnotations: [
    "hotpod.dev/rotates",
    "cert-manager.io/certificate-name",
    "reconcile.external-secrets.io/data-hash",
  ],
  plainHosts: [],
  defaultTlsClasses: [],
  revision: null,
  today: "1970-01-01",
  assumeSingle: false,
};
