import { formatDuration } from "#base/time.js";
import { type LifeReport, lostOf } from "#model/life/life-report.js";
import { escapeHtml } from "#report/escape-html.js";
import { type Figure, figures, htmlPage, htmlTable } from "#report/html-page.js";
import type { Column } from "#report/table.js";
import { timelineSvg } from "#report/timeline/timeline-svg.js";
import { comparisonRows, conclusion } from "./comparison-text.js";
import { eventSentence } from "./event-sentence.js";
import { coarsened, drawingOf } from "./lanes/life-drawing.js";
import { type ViewerData, viewerData } from "./lanes/viewer-data.js";
import { LIFE_STYLE } from "./life-style.js";
import { figureRows, hazardLines, originText, secondsText, verdict } from "./life-text.js";
import { VIEWER_HASH, VIEWER_SCRIPT } from "./viewer-script.js";

/** Simulations as one page that needs nothing from elsewhere; its time-lines are to be zoomed and moved. */
export function lifeHtml(reports: readonly LifeReport[]): string {
  const [first] = reports;
  if (first === undefined) return htmlPage("hotpod simulate", "");
  const { title, kubernetes, runtime, durationUs } = first;
  const several = reports.length > 1;
  const length = formatDuration(durationUs / 1_000);
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>hotpod simulate: ${escapeHtml(length)} in virtual time, Kubernetes ${escapeHtml(kubernetes)}, ${escapeHtml(runtime)}</p>`,
    several ? comparison(reports) : "",
    ...reports.map((report) => section(report, several)),
  ].join("\n");
  const extras = { script: VIEWER_SCRIPT, scriptHash: VIEWER_HASH, style: LIFE_STYLE };
  return htmlPage(`${title}: simulated`, body, extras);
}

function comparison(reports: readonly LifeReport[]): string {
  const heads = reports.map(({ tool }) => `<th scope="col" class="right">${escapeHtml(tool)}</th>`);
  const rows = comparisonRows(reports).map(([name = "", ...values]) => {
    const cells = values.map(
      (value) => `<td class="right ${judged(name, value)}">${escapeHtml(value)}</td>`,
    );
    const sub = name.startsWith(" ") ? ' class="sub"' : "";
    return `<tr${sub}><th scope="row">${escapeHtml(name.trim())}</th>${cells.join("")}</tr>`;
  });
  return [
    "<h2>Side by side</h2>",
    `<div class="wide"><table class="compare"><thead><tr><td></td>${heads.join("")}</tr></thead>`,
    `<tbody>${rows.join("\n")}</tbody></table></div>`,
    `<p>${escapeHtml(conclusion(reports))}</p>`,
    '<p class="together"><label><input type="checkbox" id="together" checked> zoom and move all time-lines together</label></p>',
  ].join("\n");
}

const JUDGED = [
  "kills by probes",
  "container restarts",
  "requests lost",
  "not ready",
  "nobody answers",
];

/** Of what nobody wants, none is good. Other figures are nobody's fault. */
function judged(name: string, value: string): "good" | "bad" | "plain" {
  if (!JUDGED.includes(name)) return "plain";
  return /^0( |$)/.test(value) ? "good" : "bad";
}

function section(report: LifeReport, several: boolean): string {
  const { tool, hazards, totals, drawn } = report;
  return [
    `<section class="tool"><h2>${escapeHtml(tool)}</h2>`,
    `<p>${escapeHtml(verdict(report))}</p>`,
    figures(headline(report)),
    hazards.length === 0
      ? ""
      : `<ul class="hazards">${hazards.map((one) => hazardItem(report, one)).join("\n")}</ul>`,
    `<h3>Time-line of one run (${escapeHtml(drawn)})</h3>`,
    viewer(report),
    several
      ? ""
      : `<h3>Figures</h3>${htmlTable([left(""), { title: tool, align: "right" }], figureRows(report))}`,
    `<p>Figures: ${escapeHtml(originText(totals.requestsOrigin))}.</p>`,
    missingList(report),
    inputTable(report),
    eventTable(report),
    "</section>",
  ].join("\n");
}

function missingList({ missing }: LifeReport): string {
  if (missing.length === 0) return "";
  const items = missing.map(
    ({ input, unsaid }) => `<li><code>${escapeHtml(input)}</code>: ${escapeHtml(unsaid)}</li>`,
  );
  return `<h3>Not said, for want of an input</h3><ul>${items.join("\n")}</ul>`;
}

function inputTable({ inputs }: LifeReport): string {
  const rows = inputs.map(({ name, value, source }) => [name, value, source]);
  const table = htmlTable([left("input"), left("value"), left("source")], rows);
  return `<details open><summary>${inputs.length} inputs</summary>${table}</details>`;
}

function headline({ totals }: LifeReport): Figure[] {
  const lost = Math.round(lostOf(totals.requests));
  const tone = (bad: boolean): Figure["tone"] => (bad ? "bad" : "good");
  const kills = Number(totals.kills.value.toFixed(2));
  const notReady = totals.notReadyUs.value;
  const took = totals.saveToServingUs;
  return [
    { value: lost.toLocaleString("en-US"), name: "requests lost", tone: tone(lost > 0) },
    { value: `${kills}`, name: "kills by probes", tone: tone(kills > 0) },
    { value: secondsText(notReady), name: "not ready", tone: tone(notReady > 0) },
    ...(took === null
      ? []
      : [{ value: secondsText(took.p50), name: "save → serving", tone: "plain" as const }]),
  ];
}

function hazardItem(report: LifeReport, hazard: LifeReport["hazards"][number]): string {
  const [what = "", ...more] = hazardLines(report, hazard);
  return `<li>${escapeHtml(what)}<small>${escapeHtml(more.join(" "))}</small></li>`;
}

/** Parts of a picture that nobody can zoom: about two pixels each. */
const STILL_SLOTS = 500;

/** A picture for those without scripts; the script puts the canvas in its place. */
function viewer(report: LifeReport): string {
  const data = viewerData(report);
  const button = (value: string, sign: string, name: string): string =>
    `<button type="button" value="${value}" aria-label="${name}" title="${name}">${sign}</button>`;
  return [
    '<figure class="life">',
    '<div class="bar"><label hidden>Pod <select></select></label>',
    button("out", "−", "zoom out"),
    button("in", "+", "zoom in"),
    button("left", "←", "earlier"),
    button("right", "→", "later"),
    button("whole", "whole", "the whole simulation"),
    "<output></output></div>",
    `<canvas tabindex="0" role="application" aria-label="time-line of ${escapeHtml(report.tool)}; ${KEYS}"></canvas>`,
    '<div class="tip" role="status" hidden></div>',
    `<div class="still">${timelineSvg(coarsened(drawingOf(report), STILL_SLOTS))}</div>`,
    `<script type="application/json">${jsonText(data)}</script>`,
    `<figcaption><span class="legend"><i class="good"></i>well<i class="busy"></i>at work<i class="bad"></i>bad<i class="quiet"></i>waiting <b>▼</b> save</span>`,
    `<span class="keys">Drag to move; Ctrl and wheel, two fingers or double click to zoom. ${KEYS}.</span>`,
    data.left === null ? "" : `<span>${escapeHtml(data.left)}</span>`,
    "</figcaption></figure>",
  ].join("\n");
}

const KEYS =
  "Keys: ← → move, + − 0 zoom, ↑ ↓ choose a lane, n p go to what begins next or before, Esc closes";

/** `<` would end the element from inside a string. */
const jsonText = (data: ViewerData): string => JSON.stringify(data).replaceAll("<", "\\u003c");

const EVENTS_MAX = 1_000;

function eventTable({ events }: LifeReport): string {
  const told = events.filter(({ ev }) => ev !== "probe");
  const rows = told
    .slice(0, EVENTS_MAX)
    .map((event) => [secondsText(event.t), event.pod, eventSentence(event)]);
  const more = told.length - rows.length;
  const rest =
    more === 0 ? "" : `<p>… and ${more.toLocaleString("en-US")} more: --format json tells all.</p>`;
  return (
    `<details><summary>${told.length.toLocaleString("en-US")} events</summary>` +
    `${htmlTable([{ title: "at", align: "right" }, left("pod"), left("event")], rows)}${rest}</details>`
  );
}

const left = (title: string): Column => ({ title, align: "left" });
