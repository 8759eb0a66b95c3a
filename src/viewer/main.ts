// What runs in a simulation's page: draws every time-line from the JSON beside it, to be zoomed and moved.

import type { ViewerData } from "#report/life/lanes/viewer-data.js";
import { listen } from "./listen.js";
import { type Timeline, timeline } from "./timeline.js";

const lines: Timeline[] = [];
const together = document.querySelector<HTMLInputElement>("#together");

for (const figure of document.querySelectorAll<HTMLElement>("figure.life")) start(figure);

function start(figure: HTMLElement): void {
  const find = <E extends Element>(selector: string): E => {
    const found = figure.querySelector<E>(selector);
    if (found === null) throw new Error(`the page has no ${selector}`);
    return found;
  };
  const data = JSON.parse(find("script").textContent ?? "") as ViewerData;
  const canvas = find<HTMLCanvasElement>("canvas");
  const parts = { canvas, tip: find<HTMLElement>(".tip"), range: find<HTMLElement>("output") };
  const line = timeline(data, parts, (window) => {
    if (together?.checked !== true) return;
    for (const other of lines) {
      if (other !== line && other.durationUs === line.durationUs) other.show(window);
    }
  });
  lines.push(line);
  choosePods(find<HTMLSelectElement>("select"), data, line);
  const acts: Readonly<Record<string, () => void>> = {
    left: () => line.move((line.window.fromUs - line.window.toUs) / 2),
    right: () => line.move((line.window.toUs - line.window.fromUs) / 2),
    out: () => line.zoom(2),
    in: () => line.zoom(0.5),
    whole: () => line.zoom(Number.POSITIVE_INFINITY),
  };
  for (const button of figure.querySelectorAll<HTMLButtonElement>("button")) {
    const act = acts[button.value];
    if (act !== undefined) button.addEventListener("click", act);
  }
  listen(canvas, line);
  figure.classList.add("drawn");
  new ResizeObserver(() => line.draw()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => line.draw());
}

/** Where there are many pods, one of them is shown first. */
function choosePods(select: HTMLSelectElement, data: ViewerData, line: Timeline): void {
  const pods = [...new Set(data.lanes.map(({ pod }) => pod))];
  const all = pods.length <= 4 ? ["", ...pods] : [...pods, ""];
  for (const pod of all) select.add(new Option(pod === "" ? "all pods" : pod, pod));
  if (select.parentElement !== null) select.parentElement.hidden = pods.length < 2;
  select.addEventListener("change", () => line.choose(select.value));
  line.choose(select.value);
}
