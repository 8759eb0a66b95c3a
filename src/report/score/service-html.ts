import { escapeHtml } from "#report/escape-html.js";
import { scoreBar, toneOf } from "./score-bar.js";
import {
  percentText,
  type ScoredGroup,
  type ScoredIndicator,
  type ScoreStep,
  type ServiceScore,
  serviceName,
  totalText,
} from "./score-report.js";
import { planText, stepText } from "./score-words.js";

/** Everything of one service: what it is, what to do, and what each indicator is made of. */
export function serviceHtml(service: ServiceScore, anchor: string): string {
  const { total, range, coverage, band, list, indicators } = service;
  return [
    `<section class="service" id="${anchor}"><h2>${escapeHtml(serviceName(service))}</h2>`,
    `<p><span class="big">${totalText(service)}</span> ${chip(band, toneOf(total))} `,
    `${range.join("–")}, coverage ${percentText(coverage)}, ${escapeHtml(list)}</p>`,
    scoreBar(total, range, true),
    ...why(service).map((line) => `<p class="said">${escapeHtml(line)}</p>`),
    steps(service),
    wanting(service),
    `<h3>Indicators</h3>`,
    '<div class="head"><span></span><span></span><span>indicator</span><span>score</span><span></span><span class="right">known</span><span>lost</span></div>',
    ...indicators.map(indicatorHtml),
    "</section>",
  ].join("\n");
}

export function chip(text: string, tone: string): string {
  return `<span class="chip ${tone}">${escapeHtml(text)}</span>`;
}

function why({ cap, priority, before, total }: ServiceScore): string[] {
  const lines: string[] = [];
  if (cap !== null) {
    lines.push(`An error of ${cap.rule} caps it at ${cap.at}, whatever the points say.`);
  }
  if (before !== null && before !== total) lines.push(`It was ${before} in the older report.`);
  if (priority !== null) {
    const { value, certain, exposure, effort } = priority;
    lines.push(
      `Priority ${value} = (60 − ${total} + 5 · ${certain}) · ${exposure} ÷ ${effort}: points below 60, certain kills, exposure, effort.`,
    );
  }
  return lines;
}

function steps(service: ServiceScore): string {
  const { list, steps: all } = service;
  if (all.length === 0 && list !== "fix first") return "";
  const head = list === "fix first" ? planText(service) : "The cheapest next step";
  return `<h3>${escapeHtml(head)}</h3><ol class="steps">${all.map(stepHtml).join("\n")}</ol>`;
}

function stepHtml(step: ScoreStep): string {
  const { from, to, place, patch } = step;
  const where = place === null ? "" : `, ${place.file}:${place.line}`;
  return [
    `<li>${escapeHtml(stepText(step))}<br><small>${from} → ${to}${escapeHtml(where)}</small>`,
    ...patch.map(({ diff }) => `<pre>${diff.split("\n").map(diffLine).join("\n")}</pre>`),
    "</li>",
  ].join("");
}

function diffLine(line: string): string {
  const text = escapeHtml(line);
  if (line.startsWith("+")) return `<ins>${text}</ins>`;
  return line.startsWith("-") ? `<del>${text}</del>` : text;
}

function wanting({ wanting: all }: ServiceScore): string {
  if (all.length === 0) return "";
  const items = all.map(
    ({ say, points }) => `<li>${escapeHtml(say)}: decides ${points.toFixed(1)} points</li>`,
  );
  return `<h3>Not known, for want of an input</h3><ul>${items.join("\n")}</ul>`;
}

function indicatorHtml(one: ScoredIndicator): string {
  const { id, name, weight, score, coverage, groups } = one;
  const lost = groups
    .filter(({ state }) => state === "lost" || state === "partly")
    .map((group) => (group.rules.length === 0 ? group.name : group.rules.join("+")));
  return [
    `<details class="indicator${lost.length > 0 ? " lost" : ""}"><summary><span>${id}</span><span>${escapeHtml(name)} <small>· ${weight}</small></span>`,
    `<span>${scoreBar(score, null)}</span><b class="right">${score === null ? "–" : Math.round(score)}</b>`,
    `<span class="right">${percentText(coverage)}</span><small>${escapeHtml(lost.join(", "))}</small></summary>`,
    `<table><thead><tr><th>group</th><th></th><th class="right">points</th><th>formula and numbers</th></tr></thead>`,
    `<tbody>${groups.map(groupRow).join("\n")}</tbody></table></details>`,
  ].join("");
}

const TONES: Readonly<Record<ScoredGroup["state"], string>> = {
  earned: "good",
  partly: "busy",
  lost: "bad",
  unknown: "quiet",
  "not applicable": "quiet",
};

function groupRow(group: ScoredGroup): string {
  const { name, formula, state, points, earned, inputs, missing, message, location, step } = group;
  const got = earned === null ? `? of ${points}` : `${earned} of ${points}`;
  const wrong = state === "lost" || state === "partly";
  const where = location === null ? "" : ` (${location.file}:${location.line})`;
  const lines = [
    formula,
    ...inputs.map(({ name: key, value, source }) => `${key} = ${value} (${source})`),
    ...missing.map((say) => `missing: ${say}`),
    ...(wrong ? [`→ ${step}`] : []),
  ].map((line) => `<small>${escapeHtml(line)}</small>`);
  const said = message === null ? "" : `<span class="wrong">${escapeHtml(message + where)}</span>`;
  return [
    `<tr><td>${escapeHtml(name)}<small>${escapeHtml(group.id)}</small></td><td>${chip(state, TONES[state])}</td>`,
    `<td class="right">${state === "not applicable" ? "" : got}</td><td>${said}${lines.join("")}</td></tr>`,
  ].join("");
}
