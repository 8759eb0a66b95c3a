import { nearest } from "#base/nearest.js";
import type { InputProblem } from "#manifest/input-problem.js";
import { positionOf } from "#manifest/text/position-of.js";
import { placeText, type SourceDocument } from "#manifest/text/source-document.js";
import { readEntries } from "#manifest/timings/read-timings.js";
import type { KnownTiming } from "#model/timing.js";
import { CHECK_DEFAULTS, type CheckParameters } from "#rules/subject/check-parameters.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { ServiceTie } from "#rules/subject/service-tie.js";

/** What hotpod.yaml says below `check:`. */
export interface CheckSection {
  readonly parameters: Partial<CheckParameters>;
  readonly ties: readonly ServiceTie[];
  readonly timings: readonly KnownTiming[];
  /** Of `hotpod score`, by indicator: those that are set. */
  readonly weights: Readonly<Record<string, number>>;
  readonly problems: readonly InputProblem[];
}

const OTHERS = [
  "services",
  "ignore",
  "timings",
  "ruleset",
  "handlesTerm",
  "baseline",
  "expect",
  "weights",
];

export function readCheckSection(document: SourceDocument | null): CheckSection {
  const section = fieldsOf(fieldsOf(document?.value).check);
  const problems: InputProblem[] = [];
  const parameters: Record<string, unknown> = {};
  const complain = (key: string, what: string, hint: string): void => {
    if (document === null) return;
    const { start, key: place } = positionOf(document, ["check", key]);
    problems.push({ where: placeText(place ?? start), what, hint });
  };
  for (const [key, value] of Object.entries(section)) {
    if (OTHERS.includes(key)) continue;
    const known = Object.hasOwn(CHECK_DEFAULTS, key)
      ? CHECK_DEFAULTS[key as keyof CheckParameters]
      : undefined;
    const parameter = readParameter(key, value, known);
    if (parameter !== undefined) parameters[key === "kubeVersion" ? "minor" : key] = parameter;
    else if (known === undefined && key !== "kubeVersion") {
      const names = [...Object.keys(CHECK_DEFAULTS), ...OTHERS, "kubeVersion"];
      const near = nearest(key, names);
      const hint = near === null ? `Known: ${names.join(", ")}.` : `Did you mean "${near}"?`;
      complain(key, `unknown key "check.${key}"`, hint);
    } else {
      complain(key, `check.${key}: ${JSON.stringify(value)} is not understood`, hintOf(known));
    }
  }
  const services = Array.isArray(section.services) ? section.services : [];
  const timings =
    document === null
      ? { timings: [], problems: [] }
      : readEntries(fieldsOf(section.timings), document, ["check", "timings"], "hotpod.yaml");
  const weights: Record<string, number> = {};
  for (const [id, value] of Object.entries(fieldsOf(section.weights))) {
    if (/^M(0[1-9]|1\d)$/.test(id) && typeof value === "number" && value >= 0) weights[id] = value;
    else complain("weights", `check.weights.${id}: ${JSON.stringify(value)}`, WEIGHTS_HINT);
  }
  return {
    weights,
    parameters: parameters as Partial<CheckParameters>,
    ties: services.map(tieOf),
    timings: timings.timings,
    problems: [...problems, ...timings.problems],
  };
}

const WEIGHTS_HINT = "Indicators are M01 to M19, and a weight is a number from 0 up.";

function readParameter(key: string, value: unknown, known: unknown): unknown {
  if (key === "kubeVersion") {
    const minor = /^v?1\.(\d{1,3})/.exec(String(value))?.[1];
    return minor === undefined ? undefined : Number(minor);
  }
  if (key === "profile") return value === "dev" || value === "prod" ? value : undefined;
  if (typeof known === "number") return typeof value === "number" && value >= 0 ? value : undefined;
  if (typeof known === "boolean") return typeof value === "boolean" ? value : undefined;
  if (Array.isArray(known)) {
    return Array.isArray(value) && value.every((one) => typeof one === "string")
      ? value
      : undefined;
  }
  return undefined;
}

function hintOf(known: unknown): string {
  if (typeof known === "number") return `It is a number; without it ${known}.`;
  if (typeof known === "boolean") return "It is true or false.";
  return Array.isArray(known) ? "It is a list of words." : "It is dev or prod.";
}

function tieOf(value: unknown): ServiceTie {
  const entry = fieldsOf(value);
  const text = (key: string): string | null => {
    const found = entry[key];
    return typeof found === "string" ? found : null;
  };
  return {
    workload: text("workload"),
    container: text("container"),
    dockerfile: text("dockerfile"),
    source: text("source"),
    reload: text("reload"),
    role: text("role"),
    hot: entry.hot === true,
  };
}
