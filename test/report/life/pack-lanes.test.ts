import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Span } from "#model/life/life-report.js";
import { coarsened, drawingOf } from "#report/life/lanes/life-drawing.js";
import { packGenerations } from "#report/life/lanes/pack-lanes.js";
import { ITEMS_MAX, viewerData } from "#report/life/lanes/viewer-data.js";
import { someLife } from "./some-life.js";

function generation(number: number, fromUs: number, toUs: number, pod = "api-0"): Span {
  const lane = { kind: "generation", pod, name: `generation ${number}` } as const;
  return { lane, fromUs, toUs, state: "serving", text: `serves c${number}` };
}

test("a generation that begins when another has ended takes its row; one beside it a new one", () => {
  const packed = packGenerations([
    generation(1, 0, 10),
    generation(2, 8, 20),
    generation(3, 18, 30),
    generation(1, 0, 5, "api-1"),
  ]);
  assert.deepEqual(
    packed.map(({ lane, text }) => `${lane.pod} ${lane.name} | ${text}`),
    [
      "api-0 generations | generation 1: serves c1",
      "api-0 generations (2) | generation 2: serves c2",
      "api-0 generations | generation 3: serves c3",
      "api-1 generations | generation 1: serves c1",
    ],
  );
});

test("a number that lives again after a restart of the container is another generation", () => {
  const first = { ...generation(1, 0, 10), state: "starting" };
  const again = { ...generation(1, 90, 95), state: "starting" };
  const packed = packGenerations([
    first,
    generation(1, 10, 20),
    generation(2, 19, 60),
    generation(3, 59, 80),
    again,
  ]);
  assert.deepEqual(
    packed.map(({ lane }) => lane.name),
    ["generations", "generations", "generations (2)", "generations", "generations"],
  );
});

test("in a row no two generations are there at once, and no more rows are used than live at once", () => {
  const lives = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 60 })), { maxLength: 40 });
  fc.assert(
    fc.property(lives, (given) => {
      const spans = given.map(([from, length], n) => generation(n, from, from + length));
      const packed = packGenerations(spans);
      const rows = new Map<string, Span[]>();
      for (const span of packed)
        rows.set(span.lane.name, [...(rows.get(span.lane.name) ?? []), span]);
      for (const row of rows.values()) {
        const inOrder = [...row].sort((a, b) => a.fromUs - b.fromUs);
        for (const [n, span] of inOrder.entries()) {
          assert.ok(n === 0 || (inOrder[n - 1]?.toUs ?? 0) <= span.fromUs);
        }
      }
      const atOnce = spans.map(
        ({ fromUs: at }) => spans.filter(({ fromUs, toUs }) => fromUs <= at && at < toUs).length,
      );
      assert.equal(rows.size, Math.max(0, ...atOnce));
    }),
  );
});

test("a picture that nobody can zoom keeps what is bad, however short", () => {
  const lane = { kind: "requests", pod: "api-0", name: "requests" } as const;
  const spans = Array.from({ length: 5_000 }, (_, n): Span => {
    const [state, text] = n === 2_500 ? ["refused", "lost"] : ["answered", "answered"];
    return { lane, fromUs: n * 8_000, toUs: (n + 1) * 8_000, state, text };
  });
  const [drawn] = coarsened(drawingOf(someLife({ spans })), 500).lanes;
  assert.equal(drawn?.spans.length, 500);
  assert.deepEqual(
    drawn?.spans.flatMap(({ tone }, slot) => (tone === "bad" ? [slot] : [])),
    [250],
  );
});

test("the viewer gets every stretch and every instant, each lane once, each text once", () => {
  const report = someLife();
  const data = viewerData(report);
  assert.deepEqual(
    data.lanes.map(({ name, spans, points }) => `${name}: ${spans.length}, ${points.length}`),
    [
      "shop-0: 1, 0",
      "shop-0 hazards: 1, 0",
      "shop-0 endpoint: 1, 0",
      "shop-0 requests: 3, 0",
      "shop-0 api: 3, 5",
      "shop-0 api readiness: 3, 3",
      "shop-0 build: 1, 1",
      "shop-0 generations: 2, 0",
    ],
  );
  assert.equal(new Set(data.texts).size, data.texts.length);
  assert.deepEqual(
    data.saves.map(([at, text]) => [at, data.texts[text]]),
    [[20_000_000, "save: c1, ok"]],
  );
  const readiness = data.lanes.find(({ name }) => name === "shop-0 api readiness");
  const [at, tone, text] = readiness?.points[0] ?? [];
  assert.deepEqual(
    [at, tone, data.texts[text ?? -1]],
    [4_000_000, "bad", "readiness attempt: failure\nReadiness probe failed: connection refused"],
  );
  assert.equal(data.left, null);
});

test("of more than a browser can draw, good attempts are left out first, and it is said", () => {
  const report = someLife();
  const success = report.events.find((one) => one.ev === "probe" && one.data.result === "success");
  assert.ok(success !== undefined);
  const many = Array.from({ length: ITEMS_MAX }, (_, n) => ({ ...success, t: 6_000_000 + n }));
  const data = viewerData({ ...report, events: [...report.events, ...many] });
  assert.match(data.left ?? "", /^Not drawn: 200,00\d attempts that succeeded\. --format json/);
  const points = data.lanes.flatMap(({ points: own }) => own);
  assert.ok(points.every(([, tone]) => tone !== "good"));
  assert.ok(points.some(([, tone]) => tone === "bad"));
});
