import type { ViewerLane } from "#report/life/lanes/viewer-data.js";
import type { Tone } from "#report/timeline/drawing.js";
import { firstEnding } from "./items-of.js";
import type { TimeWindow } from "./time-window.js";

/** A stretch as it is drawn, in pixels from the left end of the lanes. */
export interface Bar {
  readonly left: number;
  readonly right: number;
  readonly tone: Tone;
  readonly index: number;
}

/** One pixel that many stretches share, by how much of its time went how: shares of 1, the gravest first. */
export interface Column {
  readonly left: number;
  readonly shares: readonly { readonly tone: Tone; readonly share: number }[];
}

export interface DrawnLane {
  readonly bars: readonly Bar[];
  readonly columns: readonly Column[];
}

/** Below this many pixels a stretch shares them with its neighbours. */
const OWN_PIXELS = 2;
const TONES: readonly Tone[] = ["bad", "busy", "quiet", "good"];

/** The stretches of a lane in the window, as far as they are wide enough to be told apart. */
export function barsOf(lane: ViewerLane, window: TimeWindow, pixels: number): DrawnLane {
  const { spans } = lane;
  const scale = pixels / (window.toUs - window.fromUs);
  const bars: Bar[] = [];
  const shared = new Float64Array(TONES.length * (Math.ceil(pixels) + 1));
  for (let index = firstEnding(lane, window.fromUs); index < spans.length; index += 1) {
    const [fromUs, toUs, tone] = spans[index] as (typeof spans)[number];
    if (fromUs > window.toUs) break;
    if (toUs < window.fromUs) continue;
    const left = Math.max(0, (fromUs - window.fromUs) * scale);
    const right = Math.min(pixels, (toUs - window.fromUs) * scale);
    if (right - left >= OWN_PIXELS) bars.push({ left, right, tone, index });
    else share(shared, left, right, TONES.indexOf(tone));
  }
  return { bars, columns: columnsOf(shared) };
}

function share(shared: Float64Array, left: number, right: number, tone: number): void {
  for (let pixel = Math.floor(left); pixel <= right; pixel += 1) {
    const part = Math.min(right, pixel + 1) - Math.max(left, pixel);
    const at = pixel * TONES.length + tone;
    // However short, it is there.
    if (at < shared.length) shared[at] = (shared[at] ?? 0) + Math.max(part, 1e-6);
  }
}

function columnsOf(shared: Float64Array): Column[] {
  const columns: Column[] = [];
  for (let left = 0; left < shared.length / TONES.length; left += 1) {
    const shares = TONES.flatMap((tone, n) => {
      const part = Math.min(1, shared[left * TONES.length + n] ?? 0);
      return part > 0 ? [{ tone, share: part }] : [];
    });
    if (shares.length > 0) columns.push({ left, shares });
  }
  return columns;
}

export interface Tick {
  readonly left: number;
  readonly tone: Tone;
}

/** Instants in the window, as the pixels at which there are any; the gravest gives each its tone. */
export function ticksIn(
  { points }: ViewerLane,
  window: TimeWindow,
  pixels: number,
): readonly Tick[] {
  const scale = pixels / (window.toUs - window.fromUs);
  const gravest = new Map<number, Tone>();
  for (const [atUs, tone] of points) {
    if (atUs > window.toUs) break;
    if (atUs < window.fromUs) continue;
    const pixel = Math.floor((atUs - window.fromUs) * scale);
    const known = gravest.get(pixel);
    if (known === undefined || TONES.indexOf(tone) < TONES.indexOf(known)) gravest.set(pixel, tone);
  }
  return [...gravest].map(([left, tone]) => ({ left, tone }));
}
