/** What stands in the picture and what only in its tooltips. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Drawing } from "#report/timeline/drawing.js";
import { timelineSvg } from "#report/timeline/timeline-svg.js";

const EMPTY: Drawing = { tookMs: 1_000, marks: [], lanes: [], traffic: null };

const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text ?? "");

test("what a mark is stands beside it where there is room until the next one or the end", () => {
  const at = (atMs: number, label: string) => ({ atMs, label, tone: "quiet" as const });
  const marks = [at(500, "second"), at(100, "first"), at(510, "third"), at(995, "at the end")];
  const svg = timelineSvg({ ...EMPTY, marks });
  const texts = textsOf(svg);
  assert.ok(texts.includes("first") && texts.includes("third"));
  assert.ok(!texts.includes("second") && !texts.includes("at the end"));
  for (const { label } of marks) assert.ok(svg.includes(`<title>${label}</title>`), label);
});

test("a lane's name that is too long for its place is cut, and whole in the tooltip", () => {
  const name = "container wait-for-the-database";
  const svg = timelineSvg({ ...EMPTY, lanes: [{ name, spans: [] }] });
  assert.ok(textsOf(svg).some((text) => text.endsWith("…") && name.startsWith(text.slice(0, -1))));
  assert.ok(svg.includes(`<title>${name}</title>`));
});

test("failed requests are as wide as their slice, so that the sum of what failed is seen", () => {
  const traffic = {
    sliceMs: 100,
    succeeded: [5, 0, 0],
    failed: [0, 5, 5],
    latencyMaxMs: [1, 0, 0],
  };
  const svg = timelineSvg({ ...EMPTY, traffic });
  const bars = [...svg.matchAll(/<rect class="bad" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
  const [first, second] = bars.map(([, x, width]) => ({ x: Number(x), width: Number(width) }));
  assert.ok(first !== undefined && second !== undefined && bars.length === 2);
  const gap = second.x - first.x - first.width;
  assert.ok(gap >= 0 && gap <= 1, `${gap}`);
});

test("a picture says what it is of, and a short one has an axis, too", () => {
  const svg = timelineSvg({ ...EMPTY, tookMs: 30 }, "the <first> arm");
  assert.ok(svg.includes('aria-label="the &lt;first&gt; arm"'));
  assert.ok(textsOf(svg).includes("0.03 s"));
});
