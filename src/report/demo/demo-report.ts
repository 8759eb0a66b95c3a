import { formatDuration } from "#base/time.js";
import type { Notice } from "#model/notice.js";
import type { SwapTiming } from "#model/swap-timing.js";
import { escapeHtml } from "#report/escape-html.js";
import { type Figure, figures, htmlPage, htmlTable } from "#report/html-page.js";
import { medianTiming } from "#report/median-timing.js";
import { quantile } from "#report/quantile.js";
import { type Column, textTable } from "#report/table.js";
import { textLanes } from "#report/timeline/text-lanes.js";
import { timelineSvg } from "#report/timeline/timeline-svg.js";
import { swapTimingText } from "#report/words/swap-timing-text.js";
import { demoDrawing } from "./demo-drawing.js";
import type { DemoRun } from "./demo-run.js";

/** `out/demo/report.json`. Durations in ms; null when nothing was measured. */
export interface DemoReport {
  readonly requests: number;
  readonly failed: number;
  readonly swaps: number;
  /** Candidates that never served. */
  readonly rejected: number;
  readonly rollbacks: number;
  readonly failedBuilds: number;
  readonly saveToServingMs: { readonly p50: number | null; readonly max: number | null };
  readonly swapMs: { readonly p50: number | null; readonly max: number | null };
  /** Where the time from the first event of a save to its serving went, p50 of each part. */
  readonly partsP50: SwapTiming | null;
  readonly rssBytes: number;
}

export function demoReport(run: DemoRun): DemoReport {
  const count = (kind: Notice["kind"]): number =>
    run.notices.filter(({ notice }) => notice.kind === kind).length;
  const swaps = run.notices.flatMap(({ notice }) =>
    notice.kind === "promoted" && notice.previous !== null ? (notice.swapMs ?? []) : [],
  );
  const serving = run.steps.flatMap(({ servingMs }) => (servingMs === null ? [] : [servingMs]));
  return {
    requests: run.requests,
    failed: run.failed,
    swaps: swaps.length,
    rejected: count("candidate-failed"),
    rollbacks: count("rolled-back"),
    failedBuilds: count("build-failed"),
    saveToServingMs: spread(serving),
    swapMs: spread(swaps),
    partsP50: medianTiming(
      run.notices.flatMap(({ notice }) => (notice.kind === "update-timed" ? [notice.timing] : [])),
    ),
    rssBytes: run.rssBytes,
  };
}

function spread(values: readonly number[]): { p50: number | null; max: number | null } {
  const rounded = (ms: number | null): number | null =>
    ms === null ? null : Math.round(ms * 10) / 10;
  return { p50: rounded(quantile(values, 0.5)), max: rounded(quantile(values, 1)) };
}

/** The table that a demo ends with, its time-line in characters and one line of result. */
export function demoText(run: DemoRun): string {
  const lines = [
    textTable(COLUMNS, demoRows(run)),
    ...partsText(run),
    "",
    textLanes(demoDrawing(run), 76),
    "",
    verdict(run),
  ];
  return [...lines, ...run.failures.map((failure) => `  ${failure}`)].join("\n");
}

export function demoHtml(run: DemoRun): string {
  const body = [
    "<h1>hotpod demo</h1>",
    `<p>${escapeHtml(run.service)} · ${escapeHtml(run.machine)}</p>`,
    `<p>${escapeHtml(verdict(run))}</p>`,
    figures(demoFigures(run)),
    "<h2>Time-line</h2>",
    timelineSvg(demoDrawing(run)),
    LEGEND,
    "<h2>Steps</h2>",
    htmlTable(COLUMNS, demoRows(run)),
    ...partsText(run).map((line) => `<p>${escapeHtml(line)}</p>`),
    run.failures.length === 0 ? "" : "<h2>Failed requests</h2>",
    ...run.failures.map((failure) => `<p>${escapeHtml(failure)}</p>`),
  ];
  return htmlPage("hotpod demo", body.join("\n"));
}

const COLUMNS: readonly Column[] = [
  { title: "step", align: "left" },
  { title: "outcome", align: "left" },
  { title: "save → serving", align: "right" },
  { title: "swap", align: "right" },
  { title: "requests", align: "right" },
  { title: "failed", align: "right" },
];

function demoRows(run: DemoRun): readonly (readonly string[])[] {
  const report = demoReport(run);
  const steps = run.steps.map((step) => [
    step.name,
    step.outcome,
    time(step.servingMs),
    time(step.swapMs),
    whole(step.requests),
    whole(step.failed),
  ]);
  const p50 = (ms: number | null): string => (ms === null ? "–" : `p50 ${formatDuration(ms)}`);
  const total = [
    "all",
    `${report.swaps} swaps`,
    p50(report.saveToServingMs.p50),
    p50(report.swapMs.p50),
    whole(report.requests),
    whole(report.failed),
  ];
  return [...steps, total];
}

function partsText(run: DemoRun): readonly string[] {
  const { partsP50 } = demoReport(run);
  return partsP50 === null ? [] : [`save → serving, p50 of each part: ${swapTimingText(partsP50)}`];
}

function demoFigures(run: DemoRun): readonly Figure[] {
  const report = demoReport(run);
  const plain = (value: string, name: string): Figure => ({ value, name, tone: "plain" });
  return [
    { value: whole(run.failed), name: "failed requests", tone: run.failed === 0 ? "good" : "bad" },
    plain(whole(run.requests), "requests"),
    plain(`${report.swaps}`, "swaps"),
    plain(time(report.saveToServingMs.p50), "save → serving, p50"),
    plain(time(report.swapMs.p50), "swap, p50"),
    plain(formatDuration(run.longestGapMs), "longest gap"),
    plain(`${Math.round(run.rssBytes / 2 ** 20)} MiB`, "hotpod's memory"),
  ];
}

function verdict(run: DemoRun): string {
  const { swaps, rejected, failedBuilds } = demoReport(run);
  const back = run.backwards === 0 ? "" : `, ${run.backwards} connections saw an older version`;
  return (
    `${whole(run.requests)} requests, ${whole(run.failed)} failed${back}; swaps: ${swaps}, ` +
    `failed builds: ${failedBuilds}, rejected: ${rejected}; ${formatDuration(run.tookMs)}`
  );
}

const LEGEND = `<p class="legend"><i class="good"></i>serves<i class="busy"></i>builds or starts
<i class="quiet"></i>drains, or a build overtaken by a newer save<i class="bad"></i>failed; it never had a client</p>`;

const time = (ms: number | null): string => (ms === null ? "–" : formatDuration(ms));

const whole = (count: number): string => count.toLocaleString("en-US");
