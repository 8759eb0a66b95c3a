import type { Micros } from "#model/life/life-event.js";
import type {
  LifeInput,
  PhaseMode,
  ServiceModel,
  TermHandling,
} from "#simulate/life/life-input.js";
import { choice, count, duration, fraction, number, optionError } from "./option-values.js";
import { type Given, readGiven } from "./simulate-flags.js";

const FORMATS = ["text", "json", "md", "html", "mermaid"] as const;
export type Format = (typeof FORMATS)[number];

/** The command line of `hotpod simulate` and of its forms that take a manifest. */
export interface SimulateOptions {
  readonly help: boolean;
  readonly manifests: readonly string[];
  readonly workload: string | null;
  readonly container: string | null;
  readonly unknownFields: "refuse" | "note";
  readonly timingsFile: string | null;
  readonly timings: readonly string[];
  readonly saves: string | null;
  readonly faults: readonly string[];
  /** Empty: what the container's command says. */
  readonly tools: readonly string[];
  readonly compare: boolean;
  readonly toolConfig: string | null;
  readonly settings: string | null;
  /** null: when the service is up. */
  readonly planFromUs: Micros | null;
  readonly minor: number;
  readonly runtime: LifeInput["runtime"];
  readonly durationUs: Micros | null;
  readonly phase: PhaseMode;
  readonly seed: number;
  readonly replicas: number | null;
  readonly rollout: boolean;
  readonly fleet: FleetOptions | null;
  readonly clients: ClientOptions;
  readonly service: {
    readonly onTerm: TermHandling["kind"] | null;
    readonly whileStarting: ServiceModel["whileStarting"] | null;
    readonly whileDown: ServiceModel["whileDown"] | null;
  };
  readonly node: NodeOptions;
  readonly format: Format;
  readonly out: string | null;
  readonly color: boolean | null;
  readonly width: number | null;
  readonly recommend: RecommendOptions;
}

export interface FleetOptions {
  readonly policy: "all-at-once" | "rolling";
  readonly spreadUs: Micros;
  readonly maxUnavailable: number;
  readonly capacityPerS: number | null;
  readonly healthBound: "queue" | "supervisor";
}

export interface ClientOptions {
  readonly ratePerS: number;
  readonly serviceUs: Micros;
  readonly timeoutUs: Micros;
  readonly keepAlive: number;
  readonly looksAtIdle: boolean;
  readonly long: { readonly count: number; readonly durationUs: Micros };
}

/** null: the default of the node's model. */
export interface NodeOptions {
  readonly containerStartUs: Micros;
  readonly wallFraction: number;
  readonly kubeletAgeUs: Micros;
  readonly requeueJitter: number;
}

export interface RecommendOptions {
  readonly objective: "safe" | "fast-detect";
  readonly round: number;
  readonly patch: boolean;
  readonly safety: number;
  readonly detectWithinSeconds: number;
  readonly shedWithinSeconds: number;
}

/** A week: longer lives repeat themselves. */
const DURATION_MAX_US = 7 * 24 * 3_600_000_000;
const REPLICAS_MAX = 1_000;
const RUNS_MAX = 100_000;
const MINORS = [31, 32, 33, 34, 35, 36];

export function readSimulateOptions(argv: readonly string[], name = "simulate"): SimulateOptions {
  const { given, words } = readGiven(argv, name);
  return {
    help: given.help === true,
    manifests: words,
    workload: given.workload ?? null,
    container: given.container ?? null,
    unknownFields: choice("--unknown-fields", given.unknownFields, ["refuse", "note"], "refuse"),
    timingsFile: given.timings ?? null,
    timings: given.timing ?? [],
    saves: given.saves ?? null,
    faults: given.faults ?? [],
    tools: given.tool ?? [],
    compare: given.compare === true,
    toolConfig: given.toolConfig ?? null,
    settings: given.settings ?? null,
    planFromUs:
      given.planFrom === undefined || given.planFrom === "ready"
        ? null
        : duration("--plan-from", given.planFrom, DURATION_MAX_US),
    minor: minorOf(given.kubeVersion),
    runtime: choice("--cri", given.cri, ["containerd", "crio", "dockershim"], "containerd"),
    durationUs: given.for === undefined ? null : duration("--for", given.for, DURATION_MAX_US, 1),
    phase: phaseOf(given.phase, given.seeds),
    seed: count("--seed", given.seed, 2 ** 32 - 1, 1),
    replicas:
      given.replicas === undefined ? null : count("--replicas", given.replicas, REPLICAS_MAX, 1),
    rollout: given.rollout === true,
    fleet: fleetOf(given),
    clients: clientsOf(given),
    service: {
      onTerm: choice("--on-term", given.onTerm, TERM_KINDS, null),
      whileStarting: choice("--while-starting", given.whileStarting, STARTING, null),
      whileDown: choice("--while-down", given.whileDown, DOWN, null),
    },
    node: {
      containerStartUs: duration("--container-start", given.containerStart ?? "2s", 600_000_000),
      wallFraction: number("--wall-fraction", given.wallFraction, { min: 0, max: 0.999_999 }, 0),
      kubeletAgeUs: duration("--kubelet-age", given.kubeletAge ?? "24h", DURATION_MAX_US),
      requeueJitter: number("--requeue-jitter", given.requeueJitter, { min: 1, max: 1.5 }, 1.25),
    },
    format: formatOf(given),
    out: given.out ?? null,
    color: given.color ?? null,
    width: given.width === undefined ? null : count("--width", given.width, 1_000, 80),
    recommend: recommendOf(given),
  };
}

/** A file's ending says the format where nothing else does. */
function formatOf({ json, format, out }: Given): Format {
  if (json === true) return "json";
  const ending = /\.(md|html|json|jsonl|mmd)$/.exec(out ?? "")?.[1];
  const implied: Format =
    ending === "md" || ending === "html"
      ? ending
      : ending === "mmd"
        ? "mermaid"
        : ending === undefined
          ? "text"
          : "json";
  return choice("--format", format, FORMATS, implied);
}

const STARTING = ["refused", "silent", "503"] as const;
const DOWN = ["refused", "silent"] as const;
const TERM_KINDS = ["exits", "drains", "default", "go-default", "ignores"] as const;

function minorOf(text: string | undefined): number {
  if (text === undefined) return 36;
  const [, minor] = /^v?1\.(\d+)(\.\d+)?$/.exec(text) ?? [];
  const found = MINORS.find((one) => one === Number(minor));
  if (found !== undefined) return found;
  throw optionError("--kube-version", text, "a version from 1.31 to 1.36");
}

function phaseOf(text: string | undefined, seeds: string | undefined): PhaseMode {
  const runs = count("--seeds", seeds, RUNS_MAX, 1_000);
  if (text === undefined)
    return seeds === undefined ? { kind: "exact" } : { kind: "sampled", runs };
  if (/^\d+$/.test(text)) {
    return { kind: "sampled", runs: count("--phase", text, RUNS_MAX, runs) };
  }
  const kind = choice(
    "--phase",
    text,
    ["exact", "earliest", "expected", "latest", "sampled"],
    "exact",
  );
  return kind === "sampled" ? { kind, runs } : { kind };
}

function fleetOf(given: Given): FleetOptions | null {
  if (given.fleet === undefined) return null;
  const policy = given.fleet === true ? undefined : String(given.fleet);
  return {
    policy: choice("--fleet", policy, ["all-at-once", "rolling"], "all-at-once"),
    spreadUs: duration("--fleet-spread", given.fleetSpread ?? "0", 3_600_000_000),
    maxUnavailable: count("--fleet-unavailable", given.fleetUnavailable, REPLICAS_MAX, 1),
    capacityPerS:
      given.capacity === undefined
        ? null
        : number("--capacity", given.capacity, { min: 0.001, max: 1e9 }, 0),
    healthBound: choice("--health-bound", given.healthBound, ["queue", "supervisor"], "queue"),
  };
}

function clientsOf(given: Given): ClientOptions {
  return {
    ratePerS: number("--rate", given.rate?.replace(/\/s$/, ""), { min: 0, max: 1e7 }, 100),
    serviceUs: duration("--request-time", given.requestTime ?? "20ms", 3_600_000_000),
    timeoutUs: duration("--client-timeout", given.clientTimeout ?? "10s", 3_600_000_000),
    keepAlive: fraction("--keep-alive", given.keepAlive, 0.5),
    looksAtIdle: given.clientsLook !== false,
    long: longOf(given.longRequests),
  };
}

/** `3@25s`: three at a time, 25 seconds each. */
function longOf(text: string | undefined): ClientOptions["long"] {
  if (text === undefined) return { count: 0, durationUs: 0 };
  const [, many, each] = /^(\d+)@(\S+)$/.exec(text) ?? [];
  if (many === undefined || each === undefined) {
    throw optionError("--long-requests", text, "a number and a duration like 3@25s");
  }
  return {
    count: count("--long-requests", many, 1_000_000, 0),
    durationUs: duration("--long-requests", each, 24 * 3_600_000_000),
  };
}

function recommendOf(given: Given): RecommendOptions {
  return {
    objective: choice("--objective", given.objective, ["safe", "fast-detect"], "safe"),
    round: count("--round", given.round, 3_600, 1),
    patch: given.patch === true,
    safety: number("--safety", given.safety, { min: 1, max: 10 }, 1.5),
    detectWithinSeconds: count("--detect-within", given.detectWithin, 86_400, 30),
    shedWithinSeconds: count("--shed-within", given.shedWithin, 86_400, 10),
  };
}
