import { escapeHtml } from "#report/escape-html.js";
import { type Figure, figures, htmlPage } from "#report/html-page.js";
import { scoreBar, toneOf } from "./score-bar.js";
import {
  percentText,
  type ScoreReport,
  type ServiceScore,
  serviceName,
  totalText,
} from "./score-report.js";
import { SCORE_STYLE } from "./score-style.js";
import { nextText, sinceLines, weightsLine } from "./score-words.js";
import { chip, serviceHtml } from "./service-html.js";
import { SORTER_HASH, SORTER_SCRIPT } from "./sorter-script.js";

/** The fleet as a table to be sorted, and a section for each service; it needs nothing from elsewhere, and can be read without scripts. */
export function scoreHtml(report: ScoreReport): string {
  const { services, version, ruleset, toolTable, problems, notes, shared } = report;
  const weights = weightsLine(report);
  const body = [
    "<h1>How well services bear hot updates</h1>",
    `<p>hotpod score ${escapeHtml(version)}, ruleset ${ruleset}, table of reload tools ${escapeHtml(toolTable)}</p>`,
    figures(headline(report)),
    LEGEND,
    ...(weights === null ? [] : [`<p>${escapeHtml(weights)}</p>`]),
    ...sinceLines(report.fleet).map((line) => `<p>${escapeHtml(line)}</p>`),
    ...notes.map((line) => `<p>${escapeHtml(line)}</p>`),
    fleetTable(services),
    sharedList(shared),
    problemList(problems),
    ...services.map((one) => serviceHtml(one, anchorOf(one))),
  ].join("\n");
  const extras = { script: SORTER_SCRIPT, scriptHash: SORTER_HASH, style: SCORE_STYLE };
  return htmlPage("hotpod score", body, extras);
}

function headline({ fleet }: ScoreReport): Figure[] {
  const { services, below60, measureFirst, median, since } = fleet;
  const change = since?.median ?? null;
  return [
    { value: String(services), name: services === 1 ? "service" : "services", tone: "plain" },
    { value: String(below60), name: "below 60", tone: below60 > 0 ? "bad" : "good" },
    { value: String(measureFirst), name: "to measure first", tone: "plain" },
    ...(median === null
      ? []
      : [{ value: String(median), name: "median", tone: median >= 60 ? "good" : "bad" } as const]),
    ...(change === null
      ? []
      : ([
          {
            value: change > 0 ? `+${change}` : String(change).replace("-", "−"),
            name: "median since then",
            tone: change < 0 ? "bad" : "good",
          },
        ] as const)),
  ];
}

const LEGEND = [
  `<p>${scoreBar(57, [45, 70])} the score, its range if all that is unknown were lost or earned, and 60, the border below which to fix first. `,
  "A score in brackets says more about what was given than about the service: measure first.</p>",
].join("");

const HEADS = [
  ["#", "right"],
  ["service", "left"],
  ["list", "left"],
  ["score", "right"],
  ["range", "left"],
  ["known", "right"],
  ["band", "left"],
  ["lowest", "left"],
  ["next step", "left"],
] as const;

function fleetTable(services: readonly ServiceScore[]): string {
  const heads = HEADS.map(([title, align]) => `<th scope="col" class="${align}">${title}</th>`);
  const rows = services.map(rowOf);
  return [
    '<p class="find"><label hidden>find <input id="find" type="search" autocomplete="off"></label></p>',
    `<div class="wide"><table class="fleet"><thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>${rows.join("\n")}</tbody></table></div>`,
  ].join("\n");
}

const LIST_TONE = { "fix first": "bad", "measure first": "quiet", fine: "good" } as const;

/** Names may be there twice, as in the folders of two clusters; ranks are not. */
const anchorOf = ({ rank }: ServiceScore): string => `s${rank}`;

function rowOf(one: ServiceScore): string {
  const { rank, list, total, range, coverage, band, cap, lowest } = one;
  const cell = (html: string, key: string | number | null = null, align = "left"): string =>
    `<td class="${align}"${key === null ? "" : ` data-key="${escapeHtml(String(key))}"`}>${html}</td>`;
  const capped =
    cap === null ? "" : `<span class="cap">${escapeHtml(cap.rule)} caps at ${cap.at}</span>`;
  return [
    "<tr>",
    cell(String(rank), rank, "right"),
    cell(
      `<a href="#${anchorOf(one)}">${escapeHtml(serviceName(one)).replaceAll("/", "/<wbr>")}</a>`,
    ),
    cell(chip(list, LIST_TONE[list])),
    cell(`<b>${totalText(one)}</b>${change(one)}`, total, "right"),
    cell(`${scoreBar(total, range)} ${range.join("–")}`, range[0]),
    cell(percentText(coverage), coverage, "right"),
    cell(`${chip(band, toneOf(total))}${capped}`, -total),
    cell(escapeHtml(lowest.map((words) => words.replace(" ", "\u00a0")).join(", "))),
    `<td class="next">${escapeHtml(nextText(one) ?? "")}</td>`,
    "</tr>",
  ].join("");
}

function change({ before, total }: ServiceScore): string {
  if (before === null || before === total) return "";
  return before < total
    ? ` <span class="up">↑${total - before}</span>`
    : ` <span class="down">↓${before - total}</span>`;
}

function sharedList(shared: ScoreReport["shared"]): string {
  if (shared.length === 0) return "";
  const items = shared.map(
    ({ place, title, gain, services }) =>
      `<li>${escapeHtml(title)} <small>${escapeHtml(place)}: ${services.length} services, +${gain} together</small></li>`,
  );
  return `<h2>In one place</h2><ul>${items.join("\n")}</ul>`;
}

function problemList(problems: ScoreReport["problems"]): string {
  if (problems.length === 0) return "";
  const items = problems.map(
    ({ where, what, hint }) =>
      `<li>${escapeHtml(`${where}: ${what}`)} <small>${escapeHtml(hint)}</small></li>`,
  );
  return `<h2>What could not be read, and is not scored</h2><ul>${items.join("\n")}</ul>`;
}
