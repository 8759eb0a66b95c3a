import type { Recorder } from "#lab/record.js";
import type { Notice } from "#model/notice.js";

type Seen = Notice & { readonly seenMs: number };

/** What a hotpod told, as lanes of the time-line: builds, and one for each generation. `endMs`: until when it was watched. */
export function drawNotices(record: Recorder, notices: readonly Seen[], endMs: number): void {
  const began = new Map<string, { readonly fromMs: number; readonly label: string }>();
  const open = (lane: string, fromMs: number, label: string): void => {
    began.set(lane, { fromMs, label });
  };
  const close = (lane: string, toMs: number, tone: "good" | "bad" | "busy" | "quiet"): void => {
    const span = began.get(lane);
    if (span === undefined) return;
    began.delete(lane);
    record.span(lane, span.fromMs, toMs, span.label, tone);
  };
  for (const notice of notices) {
    const at = notice.seenMs;
    if (notice.kind === "build-started") open("builds", at, `build ${notice.build}`);
    if (notice.kind === "build-succeeded") close("builds", at, "busy");
    if (notice.kind === "build-failed") close("builds", at, "bad");
    if (notice.kind === "build-cancelled") close("builds", at, "quiet");
    if (!("generation" in notice)) continue;
    const lane = `generation ${notice.generation}`;
    if (notice.kind === "generation-started") open(lane, at, "starting");
    if (notice.kind === "candidate-failed") close(lane, at, "bad");
    if (notice.kind === "candidate-withdrawn") close(lane, at, "quiet");
    if (notice.kind === "promoted") {
      close(lane, at, "busy");
      open(lane, at, "serves");
      const before = `generation ${notice.previous}`;
      close(before, at, "good");
      if (notice.previous !== null) open(before, at, "drains");
    }
    if (notice.kind === "drain-ended") close(lane, at, "quiet");
    if (notice.kind === "crashed") close(lane, at, "bad");
  }
  for (const lane of [...began.keys()]) {
    close(lane, endMs, began.get(lane)?.label === "serves" ? "good" : "quiet");
  }
}
