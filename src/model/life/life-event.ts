import type { ProbeKind } from "#model/kube/pod.js";

/** Integer microseconds of virtual time, from the beginning of a simulation. */
export type Micros = number;

/** One line of a simulation's stream (`--format json`): what happened to a pod, when, and by whose doing. */
export type LifeEvent = {
  readonly t: Micros;
  readonly src: "kubelet" | "tool" | "gen" | "client" | "deploy";
  /** The pod's name; of a roll-out, the Deployment's. */
  readonly pod: string;
  readonly container?: string;
  /** A generation of the service: numbered from 1 in each container. */
  readonly gen?: number;
} & LifeHappening;

/** `ev` and what belongs to it. */
export type LifeHappening =
  | KubeletHappening
  | ReloadHappening
  | TrafficHappening
  | RolloutHappening
  | { readonly ev: "invariantViolated"; readonly data: { invariant: string; detail: string } };

type KubeletHappening =
  | { readonly ev: "scheduled"; readonly data: { node: string } }
  | { readonly ev: "workerStarted"; readonly data: { probe: ProbeKind } }
  /** One attempt that asked. `counted` false: errored, so no threshold moves. `ageUs`: of the container. */
  | {
      readonly ev: "probe";
      readonly data: {
        probe: ProbeKind;
        result: "success" | "failure" | "error";
        counted: boolean;
        ageUs: Micros;
        /** Consecutive equal results, this one included. */
        run: number;
        message: string;
        /** What made it fail: tags of outages, such as `start`, `swap`, `build`, `hang`. */
        cause: string | null;
      };
    }
  /** A verdict changed: a threshold was reached. */
  | {
      readonly ev: "resultChanged";
      readonly data: { probe: ProbeKind; result: "success" | "failure" | "unknown" };
    }
  /** An event of the kubelet with Kubernetes' own reason and text. */
  | { readonly ev: "unhealthy"; readonly data: { reason: string; message: string } }
  | { readonly ev: "killing"; readonly data: { reason: string; message: string; graceS: number } }
  | { readonly ev: "preStop"; readonly data: { handler: string; endsAt: Micros } }
  | { readonly ev: "signal"; readonly data: { signal: string; to: string } }
  | { readonly ev: "exited"; readonly data: { exitCode: number; reason: string } }
  | {
      readonly ev: "backoff";
      readonly data: { reason: string; message: string; delayUs: Micros };
    }
  | { readonly ev: "started"; readonly data: { restartCount: number; message: string } }
  | { readonly ev: "ready"; readonly data: { restartCount: number } }
  | { readonly ev: "notReady"; readonly data: { reason: string } }
  | { readonly ev: "endpointReady"; readonly data: { seenAt: Micros } }
  | { readonly ev: "endpointGone"; readonly data: { seenAt: Micros } }
  /** The files of an edited ConfigMap have changed in the pod. */
  | { readonly ev: "configRefreshed"; readonly data: Record<string, never> }
  | { readonly ev: "phaseChanged"; readonly data: { phase: string; reason: string | null } };

type ReloadHappening =
  | { readonly ev: "save"; readonly data: { content: string; outcome: string } }
  | { readonly ev: "settle"; readonly data: { untilUs: Micros } }
  | { readonly ev: "buildStart"; readonly data: { build: number; content: string } }
  | {
      readonly ev: "buildEnd";
      readonly data: { build: number; content: string; result: "ok" | "failed" | "cancelled" };
    }
  | { readonly ev: "genStart"; readonly data: { content: string; why: string } }
  | { readonly ev: "genReady"; readonly data: { content: string } }
  | { readonly ev: "promote"; readonly data: { content: string; previous: number | null } }
  | { readonly ev: "lameDuck"; readonly data: { untilUs: Micros } }
  | { readonly ev: "drainEnd"; readonly data: { killed: boolean } }
  | { readonly ev: "candidateFailed"; readonly data: { why: string } }
  | { readonly ev: "quarantine"; readonly data: { content: string } }
  | { readonly ev: "rollback"; readonly data: { to: string } };

type TrafficHappening =
  /** New connections are refused, answered wrongly or not answered over this stretch. */
  {
    readonly ev: "refusedSegment";
    readonly data: {
      fromUs: Micros;
      untilUs: Micros;
      kind: "refused" | "reset" | "timeout" | "5xx" | "eof";
      requests: number;
      cause: string;
    };
  };

type RolloutHappening =
  | {
      readonly ev: "rolloutStep";
      readonly data: { old: number; updated: number; ready: number; available: number };
    }
  | { readonly ev: "progressDeadline"; readonly data: { reason: string; message: string } };
