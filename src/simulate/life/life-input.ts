import type { Policy } from "#config/policy.js";
import type { Workload } from "#model/kube/workload.js";
import type { Micros } from "#model/life/life-event.js";
import type { ReloadTool } from "#model/reload-tool.js";

/** Everything a simulation is made from, parsed and complete: the same input and seed give the same bytes anywhere. */
export interface LifeInput {
  readonly workload: Workload;
  /** Kubernetes 1.x. */
  readonly minor: number;
  readonly runtime: "containerd" | "crio" | "dockershim";
  /** The service: which container is the one that is updated, and how its processes behave. */
  readonly service: ServiceModel;
  /** null: nothing reloads; the container runs its program. */
  readonly reload: Reload | null;
  readonly saves: readonly Save[];
  readonly faults: readonly Fault[];
  readonly clients: Clients;
  readonly durationUs: Micros;
  readonly phase: PhaseMode;
  readonly seed: number;
  /** Simulates the replacement of every pod by a new template at 0. */
  readonly rollout: boolean;
  /** One save reaches every replica. */
  readonly fleet: Fleet | null;
  readonly node: NodeModel;
}

/** What reloads the service inside the container. */
export type Reload =
  | { readonly kind: "tool"; readonly tool: ReloadTool }
  /** hotpod: simulated by its own core, under the policy that `hotpod run` would decide by. */
  | { readonly kind: "hotpod"; readonly policy: Policy };

export type PhaseMode =
  /** Over every phase of one worker, by interval and measure. */
  | { readonly kind: "exact" }
  | { readonly kind: "earliest" }
  | { readonly kind: "expected" }
  | { readonly kind: "latest" }
  | { readonly kind: "sampled"; readonly runs: number };

/** A duration as it was measured or given. Quantiles are joined by straight lines. */
export type Distribution =
  | { readonly kind: "const"; readonly us: Micros }
  | { readonly kind: "uniform"; readonly fromUs: Micros; readonly toUs: Micros }
  | { readonly kind: "lognormal"; readonly medianUs: Micros; readonly sigma: number }
  | {
      readonly kind: "quantiles";
      readonly p50: Micros;
      readonly p95: Micros;
      readonly max: Micros;
      readonly count: number;
    }
  | { readonly kind: "empirical"; readonly samplesUs: readonly Micros[] };

/** How the service's processes behave. null: not known, and what needs it is not said. */
export interface ServiceModel {
  /** Name of the container that is updated. */
  readonly container: string;
  readonly build: Distribution | null;
  /** The first build of a container's life, where the tool builds at its start. */
  readonly coldBuild: Distribution | null;
  /** Process start → first good answer. */
  readonly appStart: Distribution | null;
  /** Container start → first good answer of the image's own program. */
  readonly coldStart: Distribution | null;
  /** Stop signal → exit, under load. */
  readonly stopTime: Distribution | null;
  /** Longest request under way at a stop, for a service that drains. */
  readonly drain: Distribution | null;
  readonly healthLatency: Distribution | null;
  readonly healthLatencyBuild: Distribution | null;
  readonly imagePull: Distribution | null;
  /** By init container. */
  readonly init: Readonly<Record<string, Distribution>>;
  readonly onTerm: TermHandling;
  /** What a new request meets while the program is down or not up yet. */
  readonly whileDown: "refused" | "silent";
  /** While starting: nothing listens yet, or it listens and answers 503. */
  readonly whileStarting: "refused" | "silent" | "503";
  readonly rssBytes: number | null;
  readonly buildRssBytes: number | null;
}

/** What PID 1 of the container, or the program under a tool, does at the stop signal. */
export type TermHandling =
  | { readonly kind: "exits"; readonly afterUs: Micros; readonly code: number }
  /** Closes its listener at once, answers what is under way, then exits. */
  | { readonly kind: "drains"; readonly code: number }
  /** No handler: as PID 1 the kernel drops the signal; a child dies of it. */
  | { readonly kind: "default" }
  /** A Go program without a handler: exits with 2 at once, also as PID 1. */
  | { readonly kind: "go-default" }
  | { readonly kind: "ignores" };

/** A change of what the service is made of. */
export interface Save {
  readonly at: Micros;
  readonly outcome: SaveOutcome;
}

export type SaveOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "buildFail" }
  | { readonly kind: "neverReady" }
  /** Exits this long after its start (before it is ready, in probation, or later). */
  | { readonly kind: "crash"; readonly afterUs: Micros }
  /** The file is written, its content is what it was. */
  | { readonly kind: "touch" };

export type Fault =
  /** The service stops answering, with its sockets open, until it is restarted. */
  | { readonly kind: "hang"; readonly at: Micros; readonly pod: number | null }
  /** The serving process dies. */
  | { readonly kind: "crash"; readonly at: Micros; readonly pod: number | null }
  | { readonly kind: "delete"; readonly at: Micros; readonly pod: number | null }
  | { readonly kind: "nodeReboot"; readonly at: Micros }
  /** New connections are refused, or meet silence, or 503, for a while: a window as measured elsewhere. */
  | {
      readonly kind: "outage";
      readonly at: Micros;
      readonly untilUs: Micros;
      readonly how: "refused" | "silent" | "503";
      readonly pod: number | null;
    }
  | { readonly kind: "dependencyDown"; readonly at: Micros; readonly untilUs: Micros }
  | { readonly kind: "configEdit"; readonly at: Micros };

/** Clients as a fluid: rates, not single requests. */
export interface Clients {
  /** New requests a second over all pods; 0: none. */
  readonly ratePerS: number;
  /** How long one request takes. */
  readonly serviceUs: Micros;
  readonly timeoutUs: Micros;
  /** Share of requests on kept-alive connections, 0 to 1. */
  readonly keepAlive: number;
  readonly longestPauseUs: Micros;
  /** The client looks whether an idle connection was closed before it uses it. */
  readonly looksAtIdle: boolean;
  /** Long requests (uploads, streams): how many at a time, and how long each. */
  readonly long: { readonly count: number; readonly durationUs: Micros };
}

export interface Fleet {
  readonly policy: "all-at-once" | "rolling";
  /** Standard deviation of when the save reaches a replica. */
  readonly spreadUs: Micros;
  readonly maxUnavailable: number;
  /** Requests a second that one pod can answer; null: load does not couple pods. */
  readonly capacityPerS: number | null;
  /** Whether the health answer queues behind requests (`queue`) or not (`supervisor`). */
  readonly healthBound: "queue" | "supervisor";
}

/** What the node and the cluster leave open. Defaults: an ideal node. */
export interface NodeModel {
  /** From the start of the pod's worker to the start of its first container. */
  readonly containerStartUs: Micros;
  /** How long until the kubelet notices that a container ended: up to 1 s. */
  readonly detectionUs: Distribution;
  /** Factor of requeue times, 1 to 1.5. */
  readonly requeueJitter: number;
  /** Endpoint change → new connections follow. */
  readonly endpointLag: Distribution;
  /** Phase of wall-clock seconds at 0, 0 to below 1. */
  readonly wallFraction: number;
  /** Younger than a probe's period: probes begin with a random delay. */
  readonly kubeletAgeUs: Micros;
}
