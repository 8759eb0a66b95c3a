import type { Hazard, LifeReport, Span } from "#model/life/life-report.js";
import type { Tone } from "#report/timeline/drawing.js";
import { inOrder, labelOf, laneName, toneOf } from "./life-drawing.js";
import { keyOf, packGenerations, rowName, rowsOf } from "./pack-lanes.js";
import { pointsOf } from "./points-of.js";

/** What the page's script draws. Numbers and indexes, because a long life has tens of thousands of stretches. */
export interface ViewerData {
  readonly durationUs: number;
  readonly lanes: readonly ViewerLane[];
  /** When something was saved, and what. In order of time, as everything here. */
  readonly saves: readonly (readonly [atUs: number, text: number])[];
  /** Texts that are referred to by index. */
  readonly texts: readonly string[];
  /** What is not drawn, because no browser would draw it with pleasure. null: everything is. */
  readonly left: string | null;
}

export interface ViewerLane {
  readonly name: string;
  readonly pod: string;
  readonly spans: readonly ViewerSpan[];
  /** What took no time: an attempt of a probe, a signal. */
  readonly points: readonly ViewerPoint[];
}

export type ViewerSpan = readonly [fromUs: number, toUs: number, tone: Tone, text: number];
export type ViewerPoint = readonly [atUs: number, tone: Tone, text: number];

/** Of stretches and points each. Twenty megabytes of page at the very most. */
export const ITEMS_MAX = 200_000;

interface GrowingLane {
  readonly name: string;
  readonly pod: string;
  readonly spans: ViewerSpan[];
  readonly points: ViewerPoint[];
}

export function viewerData(report: LifeReport): ViewerData {
  const { events, durationUs } = report;
  const texts = new Map<string, number>();
  const textOf = (text: string): number => {
    const known = texts.get(text) ?? texts.size;
    texts.set(text, known);
    return known;
  };
  const spans = [...packGenerations(report.spans), ...hazardSpans(report)];
  const all = pointsOf(report);
  const points = all.length > ITEMS_MAX ? all.filter(({ tone }) => tone !== "good") : all;
  const lanes = new Map<string, GrowingLane>();
  const laneOf = (lane: Span["lane"]): GrowingLane => {
    const key = keyOf(lane);
    const one = lanes.get(key) ?? { name: laneName(lane), pod: lane.pod, spans: [], points: [] };
    lanes.set(key, one);
    return one;
  };
  for (const span of spans.slice(0, ITEMS_MAX)) {
    // A stretch without length is a point, and is among them.
    if (span.toUs === span.fromUs) continue;
    const tone = span.lane.kind === "hazard" ? "bad" : toneOf(span);
    laneOf(span.lane).spans.push([span.fromUs, span.toUs, tone, textOf(labelOf(span))]);
  }
  for (const { lane, atUs, tone, text } of points.slice(0, ITEMS_MAX)) {
    laneOf(lane).points.push([atUs, tone, textOf(text)]);
  }
  const saves = new Map<number, number>();
  for (const event of events) {
    if (event.ev !== "save") continue;
    saves.set(event.t, textOf(`save: ${event.data.content}, ${event.data.outcome}`));
  }
  const order = inOrder([...spans, ...points]);
  return {
    durationUs,
    lanes: order.flatMap((lane) => lanes.get(keyOf(lane)) ?? []),
    saves: [...saves].sort(([a], [b]) => a - b),
    texts: [...texts.keys()],
    left: leftText(spans.length, all.length, points.length),
  };
}

function leftText(spans: number, all: number, points: number): string | null {
  const count = (n: number): string => n.toLocaleString("en-US");
  const parts = [
    ...(points < all ? [`${count(all - points)} attempts that succeeded`] : []),
    ...(points > ITEMS_MAX ? [`the last ${count(points - ITEMS_MAX)} events`] : []),
    ...(spans > ITEMS_MAX ? [`the last ${count(spans - ITEMS_MAX)} stretches`] : []),
  ];
  return parts.length === 0 ? null : `Not drawn: ${parts.join(", ")}. --format json has them all.`;
}

/** When a hazard comes, if it comes, over every phase: beside the one run that is drawn. */
function hazardSpans({ hazards, durationUs }: LifeReport): Span[] {
  const spans = hazards.flatMap((hazard): Span[] => {
    const { interval } = hazard.likelihood;
    if (interval === null) return [];
    const fromUs = Math.max(0, interval.fromUs);
    const toUs = Math.min(durationUs, Math.max(interval.toUs, fromUs + 1));
    const lane = { kind: "hazard", pod: hazard.pod, name: "hazards" } as const;
    return fromUs >= toUs
      ? []
      : [{ lane, fromUs, toUs, state: "hazard", text: hazardText(hazard) }];
  });
  const extents = new Map(
    spans.map((span) => [span, { pod: span.lane.pod, fromUs: span.fromUs, toUs: span.toUs }]),
  );
  const rows = rowsOf([...extents.values()]);
  return [...extents]
    .map(([span, extent]) => {
      const name = rowName("hazards", rows.get(extent) ?? 0);
      return { ...span, lane: { ...span.lane, name } };
    })
    .sort((a, b) => a.fromUs - b.fromUs || a.toUs - b.toUs);
}

const hazardText = ({ text, rule, likelihood }: Hazard): string =>
  `${Number((likelihood.share * 100).toFixed(2))} %: ${text} [${rule}]`;
