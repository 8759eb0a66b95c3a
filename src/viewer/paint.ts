import type { ViewerData, ViewerLane } from "#report/life/lanes/viewer-data.js";
import type { Tone } from "#report/timeline/drawing.js";
import { barsOf, type Column, type Tick, ticksIn } from "./bars-of.js";
import { ticksOf } from "./time-text.js";
import type { TimeWindow } from "./time-window.js";

export const TOP = 34;
const ROW = 22;
const POD_GAP = 8;
const RIGHT = 10;

/** Where everything stands, in CSS pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Of the lanes; the names are before it. */
  readonly left: number;
  /** The top of each lane. */
  readonly tops: readonly number[];
}

export function layoutOf(lanes: readonly ViewerLane[], width: number): Layout {
  const longest = Math.max(5, ...lanes.map(({ name }) => name.length));
  let y = TOP;
  const tops = lanes.map(({ pod }, index) => {
    if (index > 0 && pod !== lanes[index - 1]?.pod) y += POD_GAP;
    const top = y;
    y += ROW;
    return top;
  });
  return { width, height: y + 4, left: Math.min(width * 0.3, 22 + 6.3 * longest), tops };
}

export const pixelsOf = ({ width, left }: Layout): number => Math.max(10, width - left - RIGHT);

/** The lane at this height; -1: none. */
export const rowAt = ({ tops }: Layout, y: number): number =>
  tops.findIndex((top) => y >= top && y < top + ROW);

export interface Colors {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly ground: string;
  readonly tones: Readonly<Record<Tone, string>>;
  /** On each tone, so that it can be read. */
  readonly onTones: Readonly<Record<Tone, string>>;
}

/** What is drawn, and how it is looked at. */
export interface Scene {
  readonly data: ViewerData;
  readonly lanes: readonly ViewerLane[];
  readonly window: TimeWindow;
  readonly layout: Layout;
  readonly colors: Colors;
  /** The lane that the keyboard is in; null: not shown. */
  readonly cursor: { readonly row: number; readonly atUs: number } | null;
}

export function paint(g: CanvasRenderingContext2D, scene: Scene): void {
  const { lanes, layout } = scene;
  g.clearRect(0, 0, layout.width, layout.height);
  g.font = '12px system-ui, "DejaVu Sans", sans-serif';
  g.textBaseline = "middle";
  paintAxis(g, scene);
  for (const [row, lane] of lanes.entries()) paintLane(g, scene, lane, layout.tops[row] ?? 0);
  paintSaves(g, scene);
  paintCursor(g, scene);
}

const xOf = ({ window, layout }: Scene, atUs: number): number =>
  layout.left + ((atUs - window.fromUs) / (window.toUs - window.fromUs)) * pixelsOf(layout);

function paintAxis(g: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, colors, window, data } = scene;
  g.textAlign = "center";
  for (const { atUs, label } of ticksOf(window, pixelsOf(layout) / 84, data.durationUs)) {
    const x = Math.round(xOf(scene, atUs)) + 0.5;
    g.strokeStyle = colors.line;
    stroke(g, x, TOP - 14, x, layout.height);
    g.fillStyle = colors.faint;
    const half = g.measureText(label).width / 2;
    g.fillText(label, Math.min(x, layout.width - half - 1), 9);
  }
}

/** Lines from save to consequence help only while there is room between them. */
const SAVE_GAP = 14;

function paintSaves(g: CanvasRenderingContext2D, scene: Scene): void {
  const { data, window, layout, colors } = scene;
  const seen = data.saves.filter(([at]) => at >= window.fromUs && at <= window.toUs);
  const sparse = seen.length * SAVE_GAP < pixelsOf(layout);
  const pixels = new Set(seen.map(([at]) => Math.round(xOf(scene, at))));
  for (const x of pixels) {
    g.fillStyle = colors.ink;
    if (!sparse) {
      g.fillRect(x, TOP - 11, 1, 8);
      continue;
    }
    g.beginPath();
    g.moveTo(x, TOP - 3);
    g.lineTo(x - 4, TOP - 11);
    g.lineTo(x + 4, TOP - 11);
    g.fill();
    g.strokeStyle = colors.ink;
    g.globalAlpha = 0.45;
    g.setLineDash([2, 3]);
    stroke(g, x + 0.5, TOP, x + 0.5, layout.height);
    g.setLineDash([]);
    g.globalAlpha = 1;
  }
}

function paintLane(g: CanvasRenderingContext2D, scene: Scene, lane: ViewerLane, top: number): void {
  const { data, window, layout, colors } = scene;
  g.fillStyle = lane.name === lane.pod ? colors.ink : colors.faint;
  g.textAlign = "right";
  g.fillText(shortened(g, lane.name, layout.left - 12), layout.left - 8, top + ROW / 2);
  g.textAlign = "left";
  const pixels = pixelsOf(layout);
  const { bars, columns } = barsOf(lane, window, pixels);
  for (const column of columns) paintColumn(g, column, scene, top);
  for (const bar of bars) {
    const [left, width] = [layout.left + bar.left, bar.right - bar.left];
    g.fillStyle = colors.tones[bar.tone];
    // A hair between neighbours: a restart is seen even where both are well.
    g.beginPath();
    g.roundRect(left, top + INSET, Math.max(1, width - 0.6), BAR, 2);
    g.fill();
    const text = data.texts[lane.spans[bar.index]?.[3] ?? -1] ?? "";
    g.fillStyle = colors.onTones[bar.tone];
    if (width > 30) g.fillText(fitting(g, text, width - 9), left + 5, top + ROW / 2 + 0.5);
  }
  const ticks = ticksIn(lane, window, pixels);
  const crowded = ticks.length * 4 > pixels;
  for (const tick of ticks) paintTick(g, tick, crowded, scene, top);
}

const INSET = 3;
const BAR = ROW - 2 * INSET;
/** What is grave is seen, however little of its pixel it takes. */
const GRAVE_MIN = 4;

function paintColumn(g: CanvasRenderingContext2D, column: Column, scene: Scene, top: number): void {
  const { colors, layout } = scene;
  let y = top + INSET;
  for (const { tone, share } of column.shares) {
    const wanted = Math.max(tone === "bad" ? GRAVE_MIN : 0, share * BAR);
    const height = Math.min(wanted, top + INSET + BAR - y);
    g.fillStyle = colors.tones[tone];
    g.fillRect(layout.left + column.left, y, 1, height);
    y += height;
  }
}

/** Instants: good ones below, grave ones as tall as the lane. Where they crowd, they leave the lane to be seen. */
function paintTick(
  g: CanvasRenderingContext2D,
  { left, tone }: Tick,
  crowded: boolean,
  { colors, layout }: Scene,
  top: number,
): void {
  const grave = tone === "bad" || tone === "busy";
  if (crowded && !grave) return;
  const x = layout.left + left;
  const height = grave ? (crowded ? GRAVE_MIN : ROW - 2) : GRAVE_MIN;
  const y = grave ? top + 1 : top + ROW - INSET - height;
  g.fillStyle = colors.ground;
  if (!crowded) g.fillRect(x - 1, y, 3, height);
  g.fillStyle = grave ? colors.tones[tone] : colors.ink;
  g.fillRect(x, y, 1.4, height);
}

function paintCursor(g: CanvasRenderingContext2D, scene: Scene): void {
  const { cursor, layout, colors } = scene;
  if (cursor === null) return;
  const top = layout.tops[cursor.row];
  if (top === undefined) return;
  g.strokeStyle = colors.ink;
  g.strokeRect(1.5, top + 0.5, layout.width - 3, ROW - 1);
  const x = Math.round(xOf(scene, cursor.atUs)) + 0.5;
  g.lineWidth = 2;
  stroke(g, x, top, x, top + ROW);
  g.lineWidth = 1;
}

function stroke(g: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x2, y2);
  g.stroke();
}

/** Without its beginning, where a name is too long: its end tells it from others. */
function shortened(g: CanvasRenderingContext2D, name: string, room: number): string {
  if (g.measureText(name).width <= room) return name;
  let rest = name;
  while (rest.length > 3 && g.measureText(`…${rest}`).width > room) rest = rest.slice(1);
  return `…${rest}`;
}

/** Whole, or nothing: half a text says less than the tip. */
function fitting(g: CanvasRenderingContext2D, text: string, room: number): string {
  const [line = ""] = text.split("\n");
  if (g.measureText(line).width <= room) return line;
  const [first = ""] = line.split(/[:,] /);
  return g.measureText(first).width <= room ? first : "";
}
