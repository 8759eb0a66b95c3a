import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import {
  hasLiveness,
  hasReadiness,
  hasRequests,
  memoryMargin,
  orderMargin,
  readinessGate,
  rollbackRehearsed,
  startIsCovered,
  startMargin,
  stopMargin,
  swapByGap,
  swapByTool,
  swapMargin,
  swapsLose,
} from "./measured.js";
import type { Earned } from "./verdict-of.js";

/** Points that are earned together. */
export type PointGroup =
  /** Each rule that applies has an equal share; with `all` one that fails takes everything. */
  | { readonly points: number; readonly rules: readonly string[]; readonly all?: true }
  | {
      readonly points: number;
      readonly name: string;
      readonly of: (workload: WorkloadSubject) => Earned;
    };

export interface Indicator {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  /** Together 100. */
  readonly groups: readonly PointGroup[];
  /** The cheapest thing to do about it. */
  readonly step: string;
}

/** Needs an input that is not read here. */
const unread = (points: number, name: string): PointGroup => ({
  points,
  name,
  of: () => "unknown",
});

const rules = (points: number, ...ids: readonly string[]): PointGroup => ({ points, rules: ids });
const allOf = (points: number, ...ids: readonly string[]): PointGroup => ({
  points,
  rules: ids,
  all: true,
});
const value = (
  points: number,
  name: string,
  of: (workload: WorkloadSubject) => Earned,
): PointGroup => ({ points, name, of });

export const INDICATORS: readonly Indicator[] = [
  {
    id: "M01",
    name: "Image build",
    weight: 6,
    groups: [
      unread(25, "a final stage without the toolchain"),
      rules(20, "HP607"),
      rules(20, "HP402"),
      unread(15, "layers"),
      unread(10, ".dockerignore"),
      unread(10, "a numeric USER"),
    ],
    step: "two stages, a digest, a numeric USER",
  },
  {
    id: "M02",
    name: "Reproducibility and provenance",
    weight: 6,
    groups: [
      rules(40, "HP609"),
      rules(25, "HP610"),
      unread(20, "an unmodified commit"),
      unread(15, "a gate in CI"),
    ],
    step: "-trimpath, and the commit's stamp on",
  },
  {
    id: "M03",
    name: "Module integrity",
    weight: 4,
    groups: [
      unread(35, "go.sum"),
      rules(25, "HP604"),
      rules(20, "HP605"),
      unread(20, "a reload that builds without a network"),
    ],
    step: "commit go.sum, and leave -mod at readonly",
  },
  {
    id: "M04",
    name: "C library, toolchain, architecture",
    weight: 4,
    groups: [unread(50, "the C library"), rules(30, "HP611"), rules(20, "HP608")],
    step: "CGO_ENABLED=0 where nothing imports C",
  },
  {
    id: "M05",
    name: "Health probes",
    weight: 7,
    groups: [
      value(35, "a readinessProbe", hasReadiness),
      value(25, "a livenessProbe", hasLiveness),
      value(20, "the start is covered", startIsCovered),
      rules(20, "HP102", "HP103", "HP803"),
    ],
    step: "add the missing probe on an endpoint that exists",
  },
  {
    id: "M06",
    name: "Probe timing margin",
    weight: 7,
    groups: [
      value(40, "start", startMargin),
      value(40, "swap", swapMargin),
      value(20, "order", orderMargin),
    ],
    step: "a startupProbe from the measured start; failureThreshold of liveness above the gap",
  },
  {
    id: "M07",
    name: "Probes independent of files and swaps",
    weight: 5,
    groups: [rules(60, "HP101"), rules(25, "HP105"), rules(15, "HP108")],
    step: "httpGet instead of exec, and a path of its own for liveness",
  },
  {
    id: "M08",
    name: "Signals and PID 1",
    weight: 7,
    groups: [
      allOf(40, "HP401", "HP402", "HP403", "HP411"),
      rules(35, "HP404", "HP405", "HP409"),
      rules(25, "HP410", "HP1008"),
    ],
    step: "hotpod, or a program behind exec, as process 1; a handler for SIGTERM",
  },
  {
    id: "M09",
    name: "Stop arithmetic",
    weight: 5,
    groups: [value(60, "stop", stopMargin), rules(40, "HP407", "HP408")],
    step: "a grace period above the stop, and a preStop sleep of some seconds",
  },
  {
    id: "M10",
    name: "Swap mechanism",
    weight: 8,
    groups: [value(50, "by tool", swapByTool), value(50, "by its gap", swapByGap)],
    step: "overlap; else hold the socket; else build before the stop",
  },
  {
    id: "M11",
    name: "Behaviour on failure",
    weight: 7,
    groups: [
      rules(35, "HP1004"),
      rules(25, "HP1001"),
      value(25, "a gate before the switch", readinessGate),
      value(15, "a rehearsed roll-back", rollbackRehearsed),
    ],
    step: "a file for each generation, a ready check, one rehearsed roll-back",
  },
  {
    id: "M12",
    name: "Traffic hand-over",
    weight: 5,
    groups: [
      allOf(40, "HP204", "HP205", "HP805"),
      rules(40, "HP801", "HP803", "HP804"),
      value(20, "requests lost per swap", swapsLose),
    ],
    step: "sockets that are handed over, and a drain",
  },
  {
    id: "M13",
    name: "Init, sidecars, hooks",
    weight: 4,
    groups: [
      rules(30, "HP302", "HP304"),
      rules(25, "HP303"),
      rules(25, "HP301"),
      rules(20, "HP305", "HP306"),
    ],
    step: "bound the waits; let init copy only what is absent",
  },
  {
    id: "M14",
    name: "Files and volumes",
    weight: 4,
    groups: [
      rules(35, "HP501", "HP504"),
      rules(30, "HP502", "HP503"),
      rules(20, "HP506", "HP509", "HP510"),
      rules(15, "HP511", "HP512"),
    ],
    step: "one writable volume for the binary, its staging and GOTMPDIR",
  },
  {
    id: "M15",
    name: "Resources",
    weight: 5,
    groups: [
      value(50, "memory", memoryMargin),
      rules(20, "HP207"),
      rules(15, "HP704"),
      value(15, "requests", hasRequests),
    ],
    step: "a memory limit a quarter above the need; the builder in a sidecar",
  },
  {
    id: "M16",
    name: "Roll-out policy",
    weight: 4,
    groups: [
      rules(30, "HP901", "HP902"),
      rules(25, "HP906"),
      rules(15, "HP903", "HP907", "HP908"),
      rules(15, "HP905"),
      rules(15, "HP904"),
    ],
    step: "minReadySeconds, a PodDisruptionBudget, one pod after the other",
  },
  {
    id: "M17",
    name: "Configuration hot update",
    weight: 4,
    groups: [
      rules(50, "HP1201", "HP1202", "HP1203"),
      rules(20, "HP1204"),
      rules(20, "HP1205"),
      rules(10, "HP1206", "HP1207"),
    ],
    step: "volumes instead of variables and subPath; a checksum annotation",
  },
  {
    id: "M18",
    name: "Security",
    weight: 5,
    groups: [
      rules(30, "HP1103"),
      rules(20, "HP1101"),
      rules(20, "HP1105"),
      rules(15, "HP1102"),
      rules(10, "HP1109"),
      rules(5, "HP1106", "HP1108"),
    ],
    step: "the safe part of HP1103, and hotpod's control on a Unix socket",
  },
  {
    id: "M19",
    name: "Logging and observation",
    weight: 3,
    groups: [unread(100, "a sample of the log")],
    step: "JSON to standard output, with the generation's id",
  },
];
