import type { ArmResult, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { escapeHtml } from "#report/escape-html.js";
import { figures, htmlPage, htmlTable } from "#report/html-page.js";
import type { Column } from "#report/table.js";
import { timelineSvg } from "#report/timeline/timeline-svg.js";
import { BESIDE_COLUMNS, besideRows } from "./beside-words.js";
import { drawnRows, hasOwnAxis, isDrawn, labDrawing } from "./lab-drawing.js";
import { LAB_STYLE } from "./lab-style.js";
import {
  assertionText,
  headlineText,
  KUBELET,
  LETTERS,
  machineLine,
  measureRows,
  nominalText,
  programsText,
} from "./lab-words.js";
import type { StoryOf } from "./story.js";

/** A run as one page that needs nothing from elsewhere, and no script; with what was done in each scenario. */
export function labHtml(report: LabReport, storyOf: StoryOf): string {
  const { run, scenarios } = report;
  const count = (is: (one: ScenarioResult) => boolean): number => scenarios.filter(is).length;
  const surprises = count(({ prediction }) => prediction === "unexpected");
  const body = [
    '<h1 id="all">hotpod lab</h1>',
    `<p>Claims about hot update in pods, each found out with real processes: in the broken set-up, then under hotpod. ${KUBELET}</p>`,
    `<p>${escapeHtml(`${machineLine(run)} ${programsText(run.needs)}`.trim())}</p>`,
    figures([
      { value: `${count(({ status }) => status === "run")}`, name: "scenarios run", tone: "plain" },
      { value: `${surprises}`, name: "not as predicted", tone: surprises === 0 ? "good" : "bad" },
      { value: `${count(({ status }) => status === "skipped")}`, name: "skipped", tone: "plain" },
    ]),
    overview(scenarios),
    legend(report),
    ...scenarios.map((one) => section(one, storyOf(one.id))),
  ];
  return htmlPage("hotpod lab", body.join("\n"), { style: LAB_STYLE });
}

function overview(scenarios: readonly ScenarioResult[]): string {
  const rows = scenarios.map((one) => {
    const cells = [
      `<a href="#${one.id}">${one.id}</a> ${escapeHtml(one.title)}`,
      `${escapeHtml(headlineText(one))} <small>${escapeHtml(one.headline.about)}</small>`,
      badge(one.verdict),
      `<span class="prediction ${escapeHtml(one.prediction)}">${escapeHtml(one.prediction)}</span>`,
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const heads = ["claim", "before → after", "verdict on the claim", "prediction"];
  const head = heads.map((title) => `<th scope="col">${title}</th>`).join("");
  return `<table class="overview"><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

const badge = (verdict: string): string =>
  `<span class="verdict ${escapeHtml(verdict)}">${escapeHtml(verdict)}</span>`;

function section(result: ScenarioResult, story: ReturnType<StoryOf>): string {
  const { id, title, claim, verdict, correction, advice, reason, headline } = result;
  const text = (name: string, words: string): string =>
    `<dt>${name}</dt><dd>${escapeHtml(words)}</dd>`;
  const what =
    result.status === "skipped"
      ? text("Skipped", reason ?? "")
      : text("What happened", `Before → after: ${headlineText(result)} ${headline.about}.`);
  return [
    `<section class="scenario" id="${id}"><h2>${id} ${escapeHtml(title)} ${badge(verdict)}</h2>`,
    "<dl>",
    text("Claim", claim),
    ...(story === null ? [] : [text("Before", story.before), text("After", story.after)]),
    what,
    correction === null ? "" : text("Correction", correction),
    `<dt>What to do</dt><dd><ul>${advice.map((one) => `<li>${escapeHtml(one)}</li>`).join("")}</ul></dd>`,
    "</dl>",
    ...result.arms.map((arm) => armSection(result, arm)),
    assertionList(result.assertions),
    '<p class="back"><a href="#all">All claims</a></p>',
    "</section>",
  ].join("\n");
}

function armSection(scenario: ScenarioResult, arm: ArmResult): string {
  const { name, side, label, status, reason, assertions } = arm;
  const head = `<section class="arm"><h3><span class="side ${side}">${side}</span> ${escapeHtml(label)} <small>${name}</small></h3>`;
  if (status === "skipped") return `${head}<p>Skipped: ${escapeHtml(reason ?? "")}</p></section>`;
  return [
    head,
    reason === null ? "" : `<p class="failed">${escapeHtml(reason)}</p>`,
    isDrawn(arm) ? picture(scenario, arm) : "",
    htmlTable([left("measured"), left("value"), left("name")], measureRows(arm)),
    besideTable(arm),
    assertionList(assertions),
    isDrawn(arm) ? inWords(arm) : "",
    "</section>",
  ].join("\n");
}

function picture(scenario: ScenarioResult, arm: ArmResult): string {
  const name = `Time-line of ${scenario.id}, ${arm.side}: ${arm.label}. The same in words is below.`;
  const svg = timelineSvg(labDrawing(scenario, arm), name);
  const note = hasOwnAxis(scenario, arm)
    ? "<figcaption>This arm was so short that its axis is another.</figcaption>"
    : "";
  return `<figure class="picture">${svg}${note}</figure>`;
}

/** Pods of a cluster beside the model. */
function besideTable(arm: ArmResult): string {
  const rows = besideRows(arm);
  return rows.length === 0 ? "" : htmlTable(BESIDE_COLUMNS, rows);
}

function assertionList(assertions: ArmResult["assertions"]): string {
  if (assertions.length === 0) return "";
  const items = assertions.map((one) => {
    const mark = one.ok ? '<b class="good">✓</b>' : '<b class="bad">✗</b>';
    return `<li>${mark} ${escapeHtml(assertionText(one))}</li>`;
  });
  return `<ul class="assertions">${items.join("\n")}</ul>`;
}

/** The picture for those who cannot see it. */
function inWords(arm: ArmResult): string {
  const rows = drawnRows(arm);
  const shown = rows.slice(0, ROWS_MAX);
  const more = rows.length - shown.length;
  const columns = [{ title: "at", align: "right" as const }, left("lane"), left("what")];
  const rest = more === 0 ? "" : `<p>… and ${more} more: lab.json has them all.</p>`;
  return `<details><summary>The picture in words</summary>${htmlTable(columns, shown)}${rest}</details>`;
}

const left = (title: string): Column => ({ title, align: "left" });

const ROWS_MAX = 300;

function legend({ run, scenarios }: LabReport): string {
  const swatch = (tone: string, words: string): string =>
    `<span><i class="${tone}"></i>${words}</span>`;
  const hasTraffic = scenarios.some(({ arms }) => arms.some(({ timeline }) => timeline.traffic));
  const parts = [
    "<span>▼ what the lab did: a save, a signal</span>",
    "<span>○ probe passed</span><span>× failed</span><span>△ errored, not counted</span>",
    "<span>│ an event</span>",
    swatch("good", "serves or runs"),
    swatch("busy", "builds or starts"),
    swatch("quiet", "drains, or has ended well"),
    swatch("bad", "failed"),
    hasTraffic ? swatch("area", "requests answered") + swatch("latency", "the slowest answer") : "",
  ];
  const scaled =
    run.scale === 1
      ? ""
      : ` Axes show real time; nominal times are in the tables. ${nominalText(run.scale)}`;
  return `<div class="legend">${parts.join("")}</div>
<p>The arms of a scenario have one axis, so that they can be compared.${scaled}</p>
<p>${LETTERS} The last column of a table is the name by which the predictions below it speak of a measure; the name of an arm stands after its title.</p>`;
}
