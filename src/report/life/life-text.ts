import type { Micros } from "#model/life/life-event.js";
import {
  type Figure,
  type Hazard,
  type LifeReport,
  type Likelihood,
  lostOf,
  type Origin,
} from "#model/life/life-report.js";
import { printable } from "#report/text/printable.js";
import { wrapItem, wrapText } from "#report/text/wrap-text.js";
import { LANES_LEGEND, textLanes } from "#report/timeline/text-lanes.js";
import { drawingOf, laneColumns } from "./lanes/life-drawing.js";

/** A simulation for a terminal: what will happen, why, the time-line, the figures and what they are made of. */
export function lifeText(report: LifeReport, columns: number): string {
  const { hazards, totals, missing, inputs } = report;
  const drawing = drawingOf(report);
  const lines = [...wrapText(verdict(report), columns), ""];
  for (const hazard of hazards) {
    const [what = "", ...more] = hazardLines(report, hazard);
    lines.push(...wrapItem("✗", what, columns, "  "));
    lines.push(...more.flatMap((line) => wrapText(line, columns, "    ")));
  }
  if (hazards.length > 0) lines.push("");
  lines.push(
    `Time-line (${report.drawn})`,
    ...textLanes(drawing, laneColumns(drawing, columns)).split("\n"),
    LANES_LEGEND,
    "",
    ...figureRows(report).flatMap(([name, value]) => namedLines(name, value, columns)),
    ...namedLines("figures", originText(totals.requestsOrigin), columns),
    "",
    "Inputs",
    ...inputs.flatMap(({ name, value, source }) =>
      namedLines(name, `${value}  (${source})`, columns),
    ),
  );
  if (missing.length > 0) lines.push("", "Not said, for want of an input");
  lines.push(...missing.flatMap(({ input, unsaid }) => namedLines(input, unsaid, columns)));
  return lines.map(printable).join("\n");
}

const NAME_COLUMNS = 22;

/** A name and what belongs to it, which goes on below itself where the line ends. */
function namedLines(name: string, value: string, columns: number): string[] {
  const indent = " ".repeat(NAME_COLUMNS + 3);
  const one = `  ${name.padEnd(NAME_COLUMNS)} ${value}`;
  if ([...one].length <= columns) return [one];
  const [first = "", ...rest] = wrapText(value, columns, indent);
  if (name.length > NAME_COLUMNS) return [`  ${name}`, first, ...rest];
  return [`  ${name.padEnd(NAME_COLUMNS)} ${first.trimStart()}`, ...rest];
}

/** What goes wrong, in which pod where there are several; then how likely it is and by which rule. */
export function hazardLines({ spans }: LifeReport, hazard: Hazard): readonly string[] {
  const { pod, text, rule, check, likelihood } = hazard;
  const several = new Set(spans.map(({ lane }) => lane.pod)).size > 1;
  const ids = check === null ? rule : `${rule}, ${check}`;
  return [`${several ? `${pod}: ` : ""}${text}`, `${likelihoodText(likelihood)} [${ids}]`];
}

/** The tool, where, for how long, and what was found. */
export function verdict({ tool, kubernetes, runtime, hazards, durationUs }: LifeReport): string {
  const head = `${tool} on Kubernetes ${kubernetes} (${runtime}), ${secondsText(durationUs)}`;
  if (hazards.length === 0) return `${head}: no hazard found.`;
  const count = hazards.length === 1 ? "1 hazard" : `${hazards.length} hazards`;
  return `${head}: ${count} found.`;
}

/** Names and values of the figures, in the order in which they are shown; also the rows of a comparison. */
export function figureRows(report: LifeReport): readonly (readonly [string, string])[] {
  const { totals } = report;
  const { requests, saveToServingUs: took } = totals;
  const lost = lostOf(requests);
  // Before a pod was ready once, no client is sent to it, and none is missing.
  const never = lost + requests.ok === 0 && report.hazards.some(({ kind }) => kind === "not-ready");
  return [
    ["kills by probes", countText(totals.kills)],
    ["container restarts", countText(totals.restarts)],
    ["requests lost", `${whole(lost)} of ${whole(lost + requests.ok)}`],
    ["  refused", whole(requests.refused)],
    ["  cut or reset", whole(requests.reset + requests.eof)],
    ["  timed out", whole(requests.timeout)],
    ["  answered 5xx", whole(requests.serverError)],
    ["not ready", never ? "all along" : secondsText(totals.notReadyUs.value)],
    ["nobody answers", never ? "all along" : secondsText(totals.downUs.value)],
    [
      "builds",
      `${totals.buildsCompleted} of ${totals.buildsStarted} for ${totals.saves} ${totals.saves === 1 ? "save" : "saves"}`,
    ],
    ["save to serving, p50", took === null ? "–" : secondsText(took.p50)],
    ["save to serving, max", took === null ? "–" : secondsText(took.max)],
    ["generations at once", `${totals.peakGenerations}`],
    [
      "memory at most",
      totals.peakMemoryBytes === null ? "–" : `${Math.ceil(totals.peakMemoryBytes / 2 ** 20)} MiB`,
    ],
  ];
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-US");

const countText = ({ value }: Figure): string => `${Number(value.toFixed(2))}`;

export function secondsText(us: Micros): string {
  return `${Number((us / 1_000_000).toFixed(2))} s`;
}

export function likelihoodText({ share, interval, origin }: Likelihood): string {
  const percent = `in ${Number((share * 100).toFixed(2))} % of all cases`;
  if (interval === null) return `${percent} (${originText(origin)})`;
  const { fromUs, toUs } = interval;
  return `${percent}, from ${secondsText(fromUs)} to ${secondsText(toUs)} (${originText(origin)})`;
}

export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "exact":
      return "exact";
    case "sampled":
      return `sampled n=${origin.runs}`;
    case "point":
      return `point(phase=${origin.phase})`;
  }
}
