import {
  fewProbeLines,
  generationInLines,
  logsToStreams,
  metricsDeclared,
  structuredLines,
} from "#rules/score/groups/log-groups.js";
import { hasRequests, memoryMargin } from "#rules/score/groups/pod-groups.js";
import { share } from "#rules/score/groups/point-group.js";
import type { Indicator } from "./indicator.js";

/** Of the pod around it. */
export const POD_INDICATORS: readonly Indicator[] = [
  {
    id: "M14",
    name: "Files and volumes",
    weight: 4,
    groups: [
      share(35, "HP501", "HP504"),
      share(30, "HP502", "HP503"),
      share(20, "HP506", "HP509", "HP510"),
      share(15, "HP511", "HP512"),
    ],
    step: "one writable volume for the binary, its staging and GOTMPDIR",
  },
  {
    id: "M15",
    name: "Resources",
    weight: 5,
    groups: [
      {
        points: 50,
        key: "memory",
        name: "margin of memory",
        formula: "50·ramp(memory limit/M; 0.8, 1.25)",
        step: "a memory limit of 1.25 times what an update needs",
        of: memoryMargin,
      },
      share(20, "HP207"),
      share(15, "HP704"),
      {
        points: 15,
        key: "requests",
        name: "requests",
        formula: "15 if there are requests for cpu and memory",
        step: "requests for cpu and memory",
        of: hasRequests,
      },
    ],
    step: "a memory limit a quarter above the need; the builder in a sidecar",
  },
  {
    id: "M16",
    name: "Roll-out policy",
    weight: 4,
    groups: [
      share(30, "HP901", "HP902"),
      share(25, "HP906"),
      share(15, "HP903", "HP907", "HP908"),
      share(15, "HP905"),
      share(15, "HP904"),
    ],
    step: "minReadySeconds, a PodDisruptionBudget, one pod after the other",
  },
  {
    id: "M17",
    name: "Configuration hot update",
    weight: 4,
    groups: [
      share(50, "HP1201", "HP1202", "HP1203"),
      share(20, "HP1204"),
      share(20, "HP1205"),
      share(10, "HP1206", "HP1207"),
    ],
    step: "volumes instead of variables and subPath; a checksum annotation",
  },
  {
    id: "M18",
    name: "Security",
    weight: 5,
    groups: [
      share(30, "HP1103"),
      share(20, "HP1101"),
      share(20, "HP1105"),
      share(15, "HP1102"),
      share(10, "HP1109"),
      share(5, "HP1106", "HP1108"),
    ],
    bound: { rule: "HP1104", most: 20 },
    step: "the safe part of HP1103, and hotpod's control on a Unix socket",
  },
  {
    id: "M19",
    name: "Logging and observation",
    weight: 3,
    groups: [
      {
        points: 30,
        key: "streams",
        name: "standard output and error alone",
        formula: "30 if no flag, variable or volume points at a log file",
        step: "log to standard output",
        of: logsToStreams,
      },
      {
        points: 30,
        key: "structured",
        name: "structured lines",
        formula: "30·ramp(share with time, level and message; 50 %, 95 %)",
        step: "JSON or logfmt with time, level and msg",
        of: structuredLines,
      },
      {
        points: 15,
        key: "generation",
        name: "the generation in the lines",
        formula: "15 if lines name a generation or revision",
        step: "add HOTPOD_GENERATION to every line",
        of: generationInLines,
      },
      {
        points: 15,
        key: "metrics",
        name: "metrics are declared",
        formula: "15 for a port, annotation or monitor of metrics",
        step: "a port named metrics, or hotpod's own /metrics",
        of: metricsDeclared,
      },
      {
        points: 10,
        key: "probes",
        name: "few lines of probes",
        formula: "10 if at most 20 % of the lines are of probes",
        step: "do not log the probes' requests",
        of: fewProbeLines,
      },
    ],
    step: "JSON to standard output, with the generation's id",
  },
];
