import type { Judged } from "./judge.js";

/** One fault that makes another one's finding say the same thing worse, or nothing at all. */
interface Interaction {
  readonly by: readonly string[];
  /** Only findings of this certainty silence others. */
  readonly certainty?: "certain";
  readonly silences: readonly string[];
  readonly within: "container" | "workload" | "probe";
}

const PROBE_TIMING = ["HP201", "HP202", "HP203", "HP204", "HP206", "HP207", "HP209", "HP210"];
const TOOL_CONFIG = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => `HP${1000 + n}`);

const INTERACTIONS: readonly Interaction[] = [
  // An attempt that is errored never counts, so its timing decides nothing.
  { by: ["HP102", "HP803"], silences: PROBE_TIMING, within: "probe" },
  {
    by: ["HP203"],
    certainty: "certain",
    silences: ["HP204", "HP209", "HP1005"],
    within: "container",
  },
  { by: ["HP403"], silences: ["HP404", "HP411"], within: "container" },
  { by: ["HP502", "HP504"], silences: ["HP503", "HP101"], within: "container" },
  { by: ["HP602"], silences: ["HP601"], within: "container" },
  { by: ["HP613"], silences: ["HP610"], within: "container" },
  { by: ["HP604"], silences: ["HP605"], within: "container" },
  { by: ["HP1101"], silences: TOOL_CONFIG, within: "container" },
  { by: ["HP1202"], silences: ["HP507"], within: "container" },
  { by: ["HP205"], silences: ["HP906"], within: "workload" },
];

/** By finding: the id of the rule whose finding at the same place says it better. What is silenced silences nothing itself. */
export function silencedBy(findings: readonly Judged[]): ReadonlyMap<Judged, string> {
  const silenced = new Map<Judged, string>();
  for (const { by, certainty, silences, within } of INTERACTIONS) {
    const places = new Map<string, string>();
    for (const one of findings) {
      const counts = by.includes(one.rule.id) && !silenced.has(one);
      if (!counts || (certainty !== undefined && one.fault.certainty !== certainty)) continue;
      places.set(placeOf(one, within), one.rule.id);
    }
    if (places.size === 0) continue;
    for (const one of findings) {
      const rule = silences.includes(one.rule.id) ? places.get(placeOf(one, within)) : undefined;
      if (rule !== undefined && !silenced.has(one)) silenced.set(one, rule);
    }
  }
  return silenced;
}

function placeOf({ subject, fault }: Judged, within: Interaction["within"]): string {
  const { kind, namespace, name, container } = subject;
  const workload = [kind, namespace, name];
  if (within === "workload") return JSON.stringify(workload);
  const place = [...workload, container];
  return JSON.stringify(within === "container" ? place : [...place, probeOf(fault)]);
}

function probeOf({ at }: Judged["fault"]): string {
  const steps = at.kind === "field" ? at.path : [];
  return String(
    steps.find((step) => /^(liveness|readiness|startup)Probe$/.test(String(step))) ?? "",
  );
}
