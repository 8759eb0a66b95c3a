import type { Micros } from "#model/life/life-event.js";
import type { Span } from "#model/life/life-report.js";

/**
 * Generations follow each other by the hundred, but few live at once: each takes the first row of its pod that is free when it
 * starts, and its stretches say whose they are.
 */
export function packGenerations(spans: readonly Span[]): readonly Span[] {
  const rowOf = generationRows(spans);
  return spans.map((span) => {
    const { state, text, lane, fromUs } = span;
    const row = rowOf(lane, fromUs);
    if (row === null) return span;
    const said = text === state || text.startsWith("serves") ? text : `${state}, ${text}`;
    const packed = { ...lane, name: rowName("generations", row) };
    return { ...span, lane: packed, text: `${lane.name}: ${said}` };
  });
}

/** In which row a generation is at some instant. null: there is none of that name. */
export type RowOf = (lane: Span["lane"], atUs: Micros) => number | null;

/** A container's restart begins to count anew, so that one number may have several lives. */
export function generationRows(spans: readonly Span[]): RowOf {
  const lives = new Map<string, Extent[]>();
  for (const { lane, fromUs, toUs, state } of spans) {
    if (lane.kind !== "generation") continue;
    const known = lives.get(keyOf(lane)) ?? [];
    lives.set(keyOf(lane), known);
    const last = known.at(-1);
    if (last !== undefined && state !== "starting") {
      last.toUs = Math.max(last.toUs, toUs);
    } else known.push({ pod: lane.pod, fromUs, toUs });
  }
  const rows = rowsOf([...lives.values()].flat());
  return (lane, atUs) => {
    const known = lives.get(keyOf(lane));
    if (known === undefined) return null;
    const life = known.findLast(({ fromUs }) => fromUs <= atUs) ?? known[0];
    return life === undefined ? null : (rows.get(life) ?? null);
  };
}

/** From its first instant to its last. */
export interface Extent {
  readonly pod: string;
  readonly fromUs: Micros;
  toUs: Micros;
}

/** The first row of its pod that is free when it begins. */
export function rowsOf(extents: readonly Extent[]): ReadonlyMap<Extent, number> {
  const ends = new Map<string, Micros[]>();
  const rows = new Map<Extent, number>();
  for (const extent of [...extents].sort((a, b) => a.fromUs - b.fromUs || a.toUs - b.toUs)) {
    const busy = ends.get(extent.pod) ?? [];
    ends.set(extent.pod, busy);
    const free = busy.findIndex((end) => end <= extent.fromUs);
    const row = free < 0 ? busy.length : free;
    busy[row] = extent.toUs;
    rows.set(extent, row);
  }
  return rows;
}

export const rowName = (name: string, row: number): string =>
  row === 0 ? name : `${name} (${row + 1})`;

export const keyOf = ({ kind, pod, name }: Span["lane"]): string => `${kind}\n${pod}\n${name}`;
