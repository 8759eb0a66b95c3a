import type { ArmResult, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { escapeHtml } from "#report/escape-html.js";
import { figures, htmlPage, htmlTable } from "#report/html-page.js";
import type { Column } from "#report/table.js";
import { timelineSvg } from "#report/timeline/timeline-svg.js";
import { BESIDE_COLUMNS, besideRows } from "./beside-words.js";
import { drawnRows, isDrawn, labDrawing } from "./lab-drawing.js";
import { LAB_STYLE } from "./lab-style.js";
import { assertionText, headlineText, machineLine, measureText } from "./lab-words.js";

/** A run as one page that needs nothing from elsewhere, and no script. */
export function labHtml(report: LabReport): string {
  const { run, scenarios } = report;
  const count = (is: (one: ScenarioResult) => boolean): number => scenarios.filter(is).length;
  const surprises = count(({ prediction }) => prediction === "unexpected");
  const body = [
    "<h1>hotpod lab</h1>",
    "<p>Claims about hot update in pods, each found out with real processes: in the broken set-up, then under hotpod.</p>",
    `<p>${escapeHtml(machineLine(run))}</p>`,
    figures([
      { value: `${count(({ status }) => status === "run")}`, name: "scenarios run", tone: "plain" },
      { value: `${surprises}`, name: "not as predicted", tone: surprises === 0 ? "good" : "bad" },
      { value: `${count(({ status }) => status === "skipped")}`, name: "skipped", tone: "plain" },
    ]),
    overview(scenarios),
    LEGEND,
    ...scenarios.map(section),
  ];
  return htmlPage("hotpod lab", body.join("\n"), { style: LAB_STYLE });
}

function overview(scenarios: readonly ScenarioResult[]): string {
  const rows = scenarios.map((one) => {
    const cells = [
      `<a href="#${one.id}">${one.id}</a> ${escapeHtml(one.title)}`,
      `${escapeHtml(headlineText(one))} <small>${escapeHtml(one.headline.about)}</small>`,
      badge(one.verdict),
      escapeHtml(one.prediction),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const heads = ["claim", "before → after", "verdict on the claim", "prediction"];
  const head = heads.map((title) => `<th scope="col">${title}</th>`).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

const badge = (verdict: string): string =>
  `<span class="verdict ${escapeHtml(verdict)}">${escapeHtml(verdict)}</span>`;

function section(result: ScenarioResult): string {
  const { id, title, claim, verdict, correction, advice, reason, headline } = result;
  const text = (name: string, words: string): string =>
    `<dt>${name}</dt><dd>${escapeHtml(words)}</dd>`;
  const what =
    result.status === "skipped"
      ? text("Skipped", reason ?? "")
      : text("What happened", `${headlineText(result)} ${headline.about}.`);
  return [
    `<section class="scenario" id="${id}"><h2>${id} ${escapeHtml(title)} ${badge(verdict)}</h2>`,
    "<dl>",
    text("Claim", claim),
    what,
    correction === null ? "" : text("Correction", correction),
    `<dt>What to do</dt><dd><ul>${advice.map((one) => `<li>${escapeHtml(one)}</li>`).join("")}</ul></dd>`,
    "</dl>",
    ...result.arms.map((arm) => armSection(result, arm)),
    assertionList(result.assertions),
    "</section>",
  ].join("\n");
}

function armSection(scenario: ScenarioResult, arm: ArmResult): string {
  const { side, label, status, reason, measures, assertions } = arm;
  const head = `<h3><span class="side">${side}</span> ${escapeHtml(label)}</h3>`;
  if (status === "skipped") return `${head}<p>Skipped: ${escapeHtml(reason ?? "")}</p>`;
  const rows = Object.values(measures).map((measure) => [measure.about, measureText(measure)]);
  return [
    head,
    reason === null ? "" : `<p class="failed">${escapeHtml(reason)}</p>`,
    isDrawn(arm) ? timelineSvg(labDrawing(scenario, arm)) : "",
    htmlTable([left("measured"), left("")], rows),
    besideTable(arm),
    assertionList(assertions),
    isDrawn(arm) ? inWords(arm) : "",
  ].join("\n");
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
  const columns = [{ title: "at", align: "right" as const }, left(""), left("")];
  const rest = more === 0 ? "" : `<p>… and ${more} more: lab.json has them all.</p>`;
  return `<details><summary>The picture in words</summary>${htmlTable(columns, shown)}${rest}</details>`;
}

const left = (title: string): Column => ({ title, align: "left" });

const ROWS_MAX = 300;

const LEGEND = `<p class="legend">Pictures: ○ probe passed, × failed, △ errored (not counted), │ what the kubelet did, ▼ a save.
<i class="good"></i>serves or runs<i class="busy"></i>builds or starts<i class="quiet"></i>drains<i class="bad"></i>failed.
Arms of one scenario have one axis.</p>`;
