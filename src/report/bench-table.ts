import { formatDuration } from "#base/time.js";
import type { SwapTiming } from "#model/swap-timing.js";
import { swapTimingText } from "#report/words/swap-timing-text.js";
import { type Column, markdownTable } from "./table.js";

/** One recorded run of the bench, as it is kept in `bench/results`. */
export interface BenchResult {
  readonly format: "hotpod.bench/v1";
  /** Day of the run, `2026-01-31`. */
  readonly date: string;
  readonly command: string;
  readonly machine: string;
  readonly reload: readonly ReloadResult[];
  readonly upgrades: readonly UpgradesResult[];
  /** Peers that could not be installed, with the reason. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

export interface ReloadResult {
  readonly name: string;
  readonly version: string;
  readonly note: string;
  /** Each edit's time until a client was answered by it, in ms. */
  readonly saveToServingMs: readonly number[];
  readonly saveToServingP50Ms: number | null;
  /** hotpod's own account of that time, p50 of each part over all updates of the run. */
  readonly partsP50?: SwapTiming | null;
  /** Edits whose version was not seen in time. */
  readonly lostEdits: number;
  readonly requests: number;
  readonly failed: number;
  readonly longestGapMs: number;
  /** Completed builds for ten saves within a second. */
  readonly burstBuilds: number;
  readonly burstServingMs: number | null;
  /** What clients got in the seconds after a compile error. */
  readonly afterCompileError: "serves" | "down" | "partly";
  readonly rssBytes: number;
  /** Of one core, without load and without changes, in percent. */
  readonly idleCpuPercent: number;
  /** What else the machine did in the quiet seconds, in percent of one core. */
  readonly othersCpuPercent: number;
}

export interface UpgradesResult {
  readonly name: string;
  readonly upgrades: number;
  readonly requests: number;
  readonly failed: number;
  readonly reasons: string;
  readonly longestGapMs: number;
  readonly p99Ms: number;
}

/** The two tables and what has to be known to read them. */
export function benchMarkdown(result: BenchResult): string {
  const recorded = `Recorded ${result.date} by \`${result.command}\` on ${result.machine}`;
  const upgrades = result.upgrades.length === 0 ? [] : ["", ...upgradesText(result.upgrades)];
  if (result.reload.length === 0 && result.missing.length === 0) {
    return [`${recorded}.`, ...upgrades].join("\n");
  }
  return [...reloadText(result, recorded), ...upgrades].join("\n");
}

function reloadText(result: BenchResult, recorded: string): readonly string[] {
  const missing = result.missing.map(({ name, why }) => `${name} (${why})`).join("; ");
  return [
    markdownTable(RELOAD, result.reload.map(reloadRow)),
    "",
    `${recorded}: the same edits of the same service ` +
      "(`examples/go-shop`), one tool after the other, under 16 kept-alive connections and 200 new ones a second that never " +
      `retry.${missing === "" ? "" : ` Not measured: ${missing}.`}`,
    ...partsText(result.reload),
    ...busyText(result.reload),
  ];
}

function partsText(rows: readonly ReloadResult[]): readonly string[] {
  return rows.flatMap(({ name, partsP50 }) =>
    partsP50
      ? ["", `Where ${name}'s time goes, p50 of each part: ${swapTimingText(partsP50)}.`]
      : [],
  );
}

/** A table of a machine that had other work is no comparison, and has to say so itself. */
function busyText(rows: readonly ReloadResult[]): readonly string[] {
  const most = Math.max(0, ...rows.map(({ othersCpuPercent }) => othersCpuPercent));
  if (most <= OTHERS_PERCENT_MAX) return [];
  return [
    "",
    `**The machine had other work (up to ${most} % of a core): these times do not compare.**`,
  ];
}

const OTHERS_PERCENT_MAX = 15;

const RELOAD: readonly Column[] = [
  { title: "", align: "left" },
  { title: "save → new version (p50)", align: "right" },
  { title: "failed requests", align: "right" },
  { title: "longest gap", align: "right" },
  { title: "builds for 10 saves in 1 s", align: "right" },
  { title: "after a compile error", align: "left" },
  { title: "memory", align: "right" },
  { title: "idle CPU", align: "right" },
];

function reloadRow(row: ReloadResult): readonly string[] {
  const lost = row.lostEdits === 0 ? "" : ` (${row.lostEdits} never served)`;
  const p50 = row.saveToServingP50Ms === null ? "–" : formatDuration(row.saveToServingP50Ms);
  return [
    row.note === "defaults" ? row.name : `${row.name} (${row.note})`,
    `${p50}${lost}`,
    `${whole(row.failed)} of ${whole(row.requests)}`,
    formatDuration(row.longestGapMs),
    `${row.burstBuilds}`,
    row.afterCompileError,
    `${Math.round(row.rssBytes / 2 ** 20)} MiB`,
    `${row.idleCpuPercent.toFixed(2)} %`,
  ];
}

const UPGRADES: readonly Column[] = [
  { title: "", align: "left" },
  { title: "failed requests", align: "right" },
  { title: "how", align: "left" },
  { title: "longest gap", align: "right" },
  { title: "p99", align: "right" },
];

function upgradesText(rows: readonly UpgradesResult[]): readonly string[] {
  const cells = rows.map((row) => [
    row.name,
    `${whole(row.failed)} of ${whole(row.requests)}`,
    row.reasons,
    formatDuration(row.longestGapMs),
    formatDuration(row.p99Ms),
  ]);
  return [
    markdownTable(UPGRADES, cells),
    "",
    `${rows[0]?.upgrades ?? 0} upgrades of a running service in a row, under 32 kept-alive connections at full speed and 200 new ` +
      "connections a second; the peer as its README shows it.",
  ];
}

const whole = (count: number): string => count.toLocaleString("en-US");
