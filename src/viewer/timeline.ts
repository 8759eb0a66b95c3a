import type { ViewerData, ViewerLane } from "#report/life/lanes/viewer-data.js";
import { colorsOf } from "./colors-of.js";
import { type Item, itemAt, neighbour } from "./items-of.js";
import { type Layout, layoutOf, paint, pixelsOf, rowAt, type Scene, TOP } from "./paint.js";
import { exactTime } from "./time-text.js";
import { moved, showing, type TimeWindow, zoomed } from "./time-window.js";

/** One time-line of the page. */
export interface Timeline {
  readonly durationUs: number;
  readonly window: TimeWindow;
  show(window: TimeWindow): void;
  draw(): void;
  /** Microseconds of one pixel. */
  scale(): number;
  /** The instant under this pixel of the canvas. */
  timeAt(x: number): number;
  zoom(factor: number, aroundUs?: number): void;
  move(byUs: number): void;
  /** Tells what is under the pointer. */
  point(x: number, y: number): void;
  /** Moves the keyboard's place: to another lane, or to what begins next in this one. */
  step(to: "up" | "down" | "next" | "previous"): void;
  /** Lets go of what is told. */
  quiet(): void;
  /** Empty: all pods. */
  choose(pod: string): void;
}

/** The elements of a figure that change. */
export interface Parts {
  readonly canvas: HTMLCanvasElement;
  readonly tip: HTMLElement;
  /** Says the window, for people. */
  readonly range: HTMLElement;
}

/** More lanes than anybody looks through; a pod can be chosen. */
const LANES_MAX = 400;

interface View {
  readonly data: ViewerData;
  readonly parts: Parts;
  readonly changed: (window: TimeWindow) => void;
  window: TimeWindow;
  lanes: readonly ViewerLane[];
  cursor: Scene["cursor"];
  /** A frame is on its way: whatever changes until then is in it. */
  asked: boolean;
}

/** `changed`: whoever looks has zoomed or moved. */
export function timeline(
  data: ViewerData,
  parts: Parts,
  changed: (window: TimeWindow) => void,
): Timeline {
  const { durationUs } = data;
  const window = { fromUs: 0, toUs: durationUs };
  const lanes = data.lanes.slice(0, LANES_MAX);
  const view: View = { data, parts, changed, window, lanes, cursor: null, asked: false };
  const middle = (): number => (view.window.fromUs + view.window.toUs) / 2;
  return {
    durationUs,
    get window() {
      return view.window;
    },
    show(next) {
      view.window = next;
      draw(view);
    },
    draw: () => draw(view),
    scale: () => scaleOf(view),
    timeAt: (x) => timeAt(view, x),
    zoom: (factor, aroundUs = view.cursor?.atUs ?? middle()) =>
      look(view, zoomed(view.window, factor, aroundUs, durationUs)),
    move: (byUs) => look(view, moved(view.window, byUs, durationUs)),
    point: (x, y) => point(view, x, y),
    step: (to) => step(view, to),
    quiet() {
      parts.tip.hidden = true;
      view.cursor = null;
      draw(view);
    },
    choose(pod) {
      view.lanes = data.lanes.filter((lane) => pod === "" || lane.pod === pod).slice(0, LANES_MAX);
      view.cursor = null;
      draw(view);
    },
  };
}

const placeOf = ({ lanes, parts }: View): Layout => layoutOf(lanes, parts.canvas.clientWidth);

const scaleOf = (view: View): number =>
  (view.window.toUs - view.window.fromUs) / pixelsOf(placeOf(view));

const timeAt = (view: View, x: number): number =>
  view.window.fromUs + (x - placeOf(view).left) * scaleOf(view);

function look(view: View, window: TimeWindow): void {
  view.window = window;
  draw(view);
  view.changed(window);
}

function draw(view: View): void {
  if (view.asked) return;
  view.asked = true;
  requestAnimationFrame(() => {
    view.asked = false;
    const { data, parts, lanes, window, cursor } = view;
    const { canvas, range } = parts;
    const layout = placeOf(view);
    const ratio = devicePixelRatio || 1;
    canvas.style.height = `${layout.height}px`;
    canvas.width = Math.round(layout.width * ratio);
    canvas.height = Math.round(layout.height * ratio);
    const g = canvas.getContext("2d");
    if (g === null) return;
    g.scale(ratio, ratio);
    const colors = colorsOf(getComputedStyle(document.documentElement));
    paint(g, { data, lanes, window, layout, colors, cursor });
    // No more digits than pixels tell apart.
    const unit = 10 ** Math.floor(Math.log10(Math.max(1, scaleOf(view))));
    const [from, to] = [window.fromUs, window.toUs].map((at) =>
      exactTime(Math.round(at / unit) * unit, data.durationUs),
    );
    range.textContent = `${from} – ${to}`;
  });
}

function tell(
  { parts: { tip, canvas } }: View,
  lines: readonly string[],
  x: number,
  y: number,
): void {
  tip.hidden = lines.length === 0;
  if (lines.length === 0) return;
  tip.textContent = lines.join("\n");
  tip.style.left = `${Math.max(0, Math.min(x + 14, canvas.clientWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${canvas.offsetTop + y + 16}px`;
}

function point(view: View, x: number, y: number): void {
  const { data, lanes } = view;
  const layout = placeOf(view);
  const atUs = timeAt(view, x);
  const slackUs = 4 * scaleOf(view);
  const lane = lanes[rowAt(layout, y)];
  if (y < TOP) tell(view, savesNear(data, atUs, slackUs), x, y);
  else if (lane === undefined || x < layout.left) tell(view, [], x, y);
  else tell(view, linesOf(view, lane, itemAt(lane, atUs, slackUs, data)), x, y);
}

function step(view: View, to: "up" | "down" | "next" | "previous"): void {
  const { data, lanes, window } = view;
  const by = to === "up" ? -1 : to === "down" ? 1 : 0;
  const first = { row: to === "up" ? lanes.length : -1, atUs: window.fromUs };
  const from = view.cursor ?? first;
  const row = Math.min(lanes.length - 1, Math.max(0, from.row + by));
  const lane = lanes[row];
  if (lane === undefined) return;
  const next = by === 0 ? neighbour(lane, from.atUs, to === "previous" ? -1 : 1) : null;
  const atUs = next ?? from.atUs;
  view.cursor = { row, atUs };
  look(view, showing(window, atUs, data.durationUs));
  const layout = placeOf(view);
  const x = layout.left + (atUs - view.window.fromUs) / scaleOf(view);
  const item = itemAt(lane, atUs, 0, data) ?? { fromUs: atUs, toUs: atUs, text: "nothing" };
  tell(view, linesOf(view, lane, item), x, (layout.tops[row] ?? 0) + 6);
}

function linesOf({ data }: View, lane: ViewerLane, item: Item | null): readonly string[] {
  return item === null ? [] : [`${lane.name}, ${timesOf(item, data.durationUs)}`, item.text];
}

/** An instant exactly; of a stretch both ends and its length. */
function timesOf({ fromUs, toUs }: Item, durationUs: number): string {
  const from = exactTime(fromUs, durationUs);
  if (fromUs === toUs) return from;
  return `${from} – ${exactTime(toUs, durationUs)}, for ${exactTime(toUs - fromUs, durationUs)}`;
}

const SAVES_SHOWN = 6;

function savesNear(data: ViewerData, atUs: number, slackUs: number): string[] {
  const near = data.saves.filter(([at]) => Math.abs(at - atUs) <= slackUs);
  const said = near
    .slice(0, SAVES_SHOWN)
    .map(([at, text]) => `${exactTime(at, data.durationUs)}  ${data.texts[text] ?? ""}`);
  const more = near.length - said.length;
  return more > 0 ? [...said, `and ${more} more`] : said;
}
