import type { LifeReport, Span } from "#model/life/life-report.js";
import type { Drawing, Lane, Tone } from "#report/timeline/drawing.js";
import { keyOf, packGenerations } from "./pack-lanes.js";

const TONES: Readonly<Record<string, Tone>> = {
  ...{ ready: "good", running: "good", serving: "good", "in use": "good" },
  ...{ passing: "good", answered: "good", succeeded: "good" },
  ...{ killing: "bad", ended: "bad", "back-off": "bad", "not ready": "bad", failed: "bad" },
  ...{ failing: "bad", erroring: "bad" },
  ...{ building: "busy", starting: "busy", settling: "quiet", draining: "quiet" },
  ...{ completed: "quiet", terminating: "quiet", stopping: "quiet" },
};

/** How a stretch went. Whatever is no answer to a request is a lost one. */
export function toneOf({ lane, state }: Pick<Span, "lane" | "state">): Tone {
  return TONES[state] ?? (lane.kind === "requests" ? "bad" : "quiet");
}

/** What stands in a bar, or over it: its state, and what is to be said of it. */
export function labelOf({ lane, state, text }: Span): string {
  if (
    lane.kind === "generation" ||
    lane.kind === "hazard" ||
    text === "" ||
    text.toLowerCase() === state
  )
    return text || state;
  return text.includes(state) ? text : `${state}: ${text}`;
}

/** A terminal has no room for more; the stream has them all. */
const LANES_MAX = 24;

/** The run that is drawn, for a terminal or a picture without a mouse. */
export function drawingOf({ spans, events, durationUs }: LifeReport): Drawing {
  const packed = packGenerations(spans);
  const lanes = new Map<string, Lane & { readonly spans: Stretch[] }>();
  for (const span of packed) {
    const { lane, fromUs, toUs } = span;
    // Probes have a lane only where there is room for it: what they lead to is drawn.
    if (lane.kind === "probe") continue;
    const key = keyOf(lane);
    const one = lanes.get(key) ?? { name: laneName(lane), spans: [] };
    lanes.set(key, one);
    const [fromMs, toMs] = [fromUs / 1_000, toUs / 1_000];
    one.spans.push({ fromMs, toMs, label: labelOf(span), tone: toneOf(span) });
  }
  return {
    tookMs: durationUs / 1_000,
    marks: events
      .filter(({ ev }) => ev === "save")
      .map(({ t }) => ({ atMs: t / 1_000, label: "save", tone: "good" })),
    lanes: inOrder(packed)
      .flatMap((lane) => lanes.get(keyOf(lane)) ?? [])
      .slice(0, LANES_MAX),
    traffic: null,
  };
}

type Stretch = Lane["spans"][number];

const ORDER = ["pod", "hazard", "endpoint", "requests", "container", "probe", "tool", "generation"];

/** Every lane once: pod by pod as they come, in each from what clients see down to what causes it. */
export function inOrder(spans: readonly Pick<Span, "lane">[]): readonly Span["lane"][] {
  const lanes = new Map(spans.map(({ lane }) => [keyOf(lane), lane]));
  const pods = new Map<string, number>();
  for (const { lane } of spans) if (!pods.has(lane.pod)) pods.set(lane.pod, pods.size);
  const place = ({ pod }: Span["lane"]): number => pods.get(pod) ?? 0;
  return [...lanes.values()].sort(
    (a, b) => place(a) - place(b) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind),
  );
}

export const laneName = ({ pod, name }: Span["lane"]): string =>
  name === pod ? pod : `${pod} ${name}`;

/** How many columns are left for the lanes of a drawing in a terminal so wide. */
export function laneColumns({ lanes }: Drawing, columns: number): number {
  const longest = Math.max(5, ...lanes.map(({ name }) => name.length));
  return Math.max(20, columns - longest - 3);
}

/** As it looks in `slots` equal parts of its length: for a picture that nobody can zoom. The gravest of a part gives its tone. */
export function coarsened(drawing: Drawing, slots: number): Drawing {
  const slotMs = drawing.tookMs / slots;
  const slotOf = (atMs: number): number => Math.floor(atMs / slotMs);
  const lanes = drawing.lanes.map((lane): Lane => {
    if (lane.spans.length <= slots) return lane;
    const gravest = new Map<number, Stretch>();
    for (const span of lane.spans) {
      for (let slot = slotOf(span.fromMs); slot <= slotOf(span.toMs) && slot < slots; slot += 1) {
        const known = gravest.get(slot);
        if (known === undefined || GRAVITY[span.tone] > GRAVITY[known.tone])
          gravest.set(slot, span);
      }
    }
    const spans = [...gravest]
      .sort(([a], [b]) => a - b)
      .map(([slot, span]) => ({ ...span, fromMs: slot * slotMs, toMs: (slot + 1) * slotMs }));
    return { ...lane, spans };
  });
  const marks = new Map(drawing.marks.map((mark) => [slotOf(mark.atMs), mark]));
  return {
    ...drawing,
    lanes,
    marks: drawing.marks.length > slots ? [...marks.values()] : drawing.marks,
  };
}

const GRAVITY: Readonly<Record<Tone, number>> = { bad: 3, busy: 2, good: 1, quiet: 0 };
