import type { Timeline } from "./timeline.js";

/** Mouse, finger and keyboard. A wheel alone scrolls the page, as everywhere. */
export function listen(canvas: HTMLCanvasElement, line: Timeline): void {
  listenToPointers(canvas, line);
  const xOf = (event: MouseEvent): number => event.clientX - canvas.getBoundingClientRect().left;
  canvas.addEventListener("dblclick", (event) => line.zoom(0.25, line.timeAt(xOf(event))));
  canvas.addEventListener(
    "wheel",
    (event) => {
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        line.zoom(1.0015 ** event.deltaY, line.timeAt(xOf(event)));
      } else if (Math.abs(sideways) > 0) line.move(sideways * line.scale());
      else return;
      event.preventDefault();
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys(line)[event.key];
    if (act === undefined) return;
    act();
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => line.quiet());
}

function keys(line: Timeline): Readonly<Record<string, () => void>> {
  const { fromUs, toUs } = line.window;
  const eighth = (toUs - fromUs) / 8;
  const whole = (): void => line.zoom(Number.POSITIVE_INFINITY);
  return {
    ArrowLeft: () => line.move(-eighth),
    ArrowRight: () => line.move(eighth),
    ArrowUp: () => line.step("up"),
    ArrowDown: () => line.step("down"),
    n: () => line.step("next"),
    p: () => line.step("previous"),
    "+": () => line.zoom(0.5),
    "=": () => line.zoom(0.5),
    "-": () => line.zoom(2),
    "0": whole,
    Home: whole,
    Escape: () => line.quiet(),
  };
}

/** One finger moves, two zoom; a mouse that is not pressed points. */
function listenToPointers(canvas: HTMLCanvasElement, line: Timeline): void {
  const down = new Map<number, number>();
  const middleOf = (): number => [...down.values()].reduce((sum, x) => sum + x, 0) / down.size;
  const spreadOf = (): number => Math.max(...down.values()) - Math.min(...down.values());
  canvas.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, event.offsetX);
    canvas.setPointerCapture(event.pointerId);
    line.point(event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (before === undefined) return line.point(event.offsetX, event.offsetY);
    if (event.offsetX === before) return;
    const [middle, spread] = [middleOf(), spreadOf()];
    down.set(event.pointerId, event.offsetX);
    line.quiet();
    line.move((middle - middleOf()) * line.scale());
    if (down.size > 1 && spread > 0 && spreadOf() > 0) {
      line.zoom(spread / spreadOf(), line.timeAt(middleOf()));
    }
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(end, (event) => down.delete(event.pointerId));
  }
  canvas.addEventListener("pointerleave", () => {
    if (down.size === 0 && document.activeElement !== canvas) line.quiet();
  });
}
