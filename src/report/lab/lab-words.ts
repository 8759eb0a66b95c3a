import type {
  ArmResult,
  Assertion,
  FoundNeed,
  LabReport,
  Measure,
  ScenarioResult,
} from "#model/lab/lab-report.js";
import { clusterText } from "./beside-words.js";

/** The letters of the texts, for a reader who has never seen them. */
export const LETTERS =
  "Of a probe, D is initialDelaySeconds, P periodSeconds, T timeoutSeconds and F failureThreshold.";

/** What of a run is no real thing. */
export const KUBELET =
  "Where a kubelet acts, it is hotpod's model of it, on a real clock, with real processes and real probes.";

/** What a nominal time is in a run at this scale. */
export const nominalText = (scale: number): string =>
  `Nominal times are those of the claim: here a nominal second took ${scale} s.`;

/** A measure as one short text: `0 of 4,213 (≤ 0.07 %)`, `p50 12, p95 30, max 41 ms`. */
export function measureText(measure: Measure): string {
  switch (measure.kind) {
    case "count": {
      const { value, n, upper95, unit } = measure;
      const of = n === null ? "" : ` of ${number(n)}`;
      const bound = upper95 === null ? "" : ` (≤ ${percent(upper95)} with 95 % confidence)`;
      return `${number(value)}${of}${SHOWN_UNITS.includes(unit) ? ` ${unit}` : ""}${bound}`;
    }
    case "spread": {
      const { n, p50, p95, max, unit } = measure;
      return `p50 ${number(p50)}, p95 ${number(p95)}, max ${number(max)} ${unit} (n ${number(n)})`;
    }
    case "text":
      return measure.value;
  }
}

/** Of other counts the text says what is counted. */
export const SHOWN_UNITS: readonly string[] = ["ms", "s", "%"];

/** Each measure: what it is, what was found, and its name in predictions. */
export function measureRows({ measures }: ArmResult): readonly (readonly string[])[] {
  return Object.entries(measures).map(([key, measure]) => [
    measure.about,
    measureText(measure),
    key,
  ]);
}

/** What the measure of an assertion is, for a reader who does not know its name; null: it was not taken. */
export function aboutOf(result: ScenarioResult, arm: string, { expr }: Assertion): string | null {
  const [name = ""] = expr.split(" ");
  const full = arm === result.id ? name : `${arm}.${name}`;
  const dot = full.indexOf(".");
  const taken = result.arms.find((one) => one.name === full.slice(0, dot));
  return taken?.measures[full.slice(dot + 1)]?.about ?? null;
}

/** The assertions that did not hold, with where they stand. */
export function unexpected(
  result: ScenarioResult,
): readonly { arm: string; assertion: Assertion }[] {
  const ofArm = ({ name, assertions }: Pick<ArmResult, "name" | "assertions">) =>
    assertions.filter(({ ok }) => !ok).map((assertion) => ({ arm: name, assertion }));
  return [
    ...result.arms.flatMap(ofArm),
    ...ofArm({ name: result.id, assertions: result.assertions }),
  ];
}

export function assertionText({ expr, ok, actual, because }: Assertion): string {
  const found = actual === null ? "not measured" : `found ${actual}`;
  return ok ? `${expr} (${because})` : `${expr}: ${found}; expected, because ${because}`;
}

/** `760 → 0 failed requests` */
export function headlineText({ headline }: ScenarioResult): string {
  return `${headline.before} → ${headline.after}`;
}

/** What a run of several scenarios comes to, in one line. */
export function summaryText(scenarios: readonly ScenarioResult[]): string {
  const count = (is: (one: ScenarioResult) => boolean): number => scenarios.filter(is).length;
  const ran = count(({ status }) => status === "run");
  const arms = scenarios.flatMap((one) => one.arms);
  const armsSkipped = arms.filter(({ status }) => status === "skipped").length;
  const parts = [
    `${ran} of ${counted(scenarios.length, "scenario")} run`,
    `${count(({ prediction }) => prediction === "as-predicted")} as predicted`,
    `${count(({ prediction }) => prediction === "unexpected")} unexpected`,
    ...(armsSkipped === 0 ? [] : [`${counted(armsSkipped, "arm")} skipped`]),
  ];
  return parts.join(", ");
}

/** `1 arm`, `2 arms` */
export const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? "" : "s"}`;

/** What was run where. */
export function machineLine(run: LabReport["run"]): string {
  const { startedAt, hotpod, scale, host, cluster } = run;
  const { kernel, cores, memoryGib, node, go } = host;
  const machine = [
    `${cores} cores`,
    `${memoryGib} GiB`,
    kernel,
    node,
    ...(go === null ? [] : [go]),
  ];
  const pods = cluster === undefined ? "" : ` Pods: ${clusterText(cluster)}, in real time.`;
  return `hotpod ${hotpod} on ${machine.join(", ")}, ${startedAt.slice(0, 10)}, scale ${scale}${criText(run)}.${pods}`;
}

/** Empty with the usual runtime. */
export const criText = ({ cri = "containerd" }: LabReport["run"]): string =>
  cri === "containerd" ? "" : `, exec probes as under ${cri}`;

/** `With air 1.65.1, nginx 1.22.1; without reflex.`: of the needs those that are programs with a version. Empty: there is none. */
export function programsText(needs: readonly FoundNeed[]): string {
  const programs = needs.filter(({ need }) => !NO_PROGRAMS.includes(need));
  const there = programs.flatMap(({ need, found, detail }) => {
    const version = found ? VERSION.exec(withoutPath(detail))?.[1] : undefined;
    return version === undefined ? [] : [`${need} ${version}`];
  });
  const missing = programs.filter(({ found }) => !found).map(({ need }) => need);
  const parts = [
    ...(there.length === 0 ? [] : [`with ${there.join(", ")}`]),
    ...(missing.length === 0 ? [] : [`without ${missing.join(", ")}`]),
  ];
  const text = parts.join("; ");
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What a program told of itself, without where it lies. */
const withoutPath = (detail: string): string => detail.replace(/^\/.*?(?:: |$)/, "");

/** Needs that are no program; and go, which stands with the machine. */
const NO_PROGRAMS: readonly string[] = [
  ...["linux", "go", "go-sdk", "namespaces", "net-namespaces", "root", "second-fs"],
  "seccomp-notify",
];
const VERSION = /(?<![\d.])v?(\d+(?:\.\d+)+(?:[-+_]\w[\w.]*)?)/;

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

const number = (value: number): string => value.toLocaleString("en-US");
