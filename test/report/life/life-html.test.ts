import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { LifeReport } from "#model/life/life-report.js";
import { lifeHtml } from "#report/life/life-html.js";
import { VIEWER_HASH, VIEWER_SCRIPT } from "#report/life/viewer-script.js";
import { htmlTags } from "./html-tags.js";
import { someLife } from "./some-life.js";

const hostile = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom(
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "<!-- --> <![CDATA[ ]]>",
    "&lt;b&gt; & '\u2028'",
    "</style></title><base href=//evil.example>",
  ),
);

/** Every text of a report that comes from a manifest, a file or a command line. */
function named(report: LifeReport, text: string): LifeReport {
  return {
    ...report,
    title: text,
    tool: text,
    kubernetes: text,
    runtime: text,
    drawn: text,
    inputs: [{ name: text, value: text, source: text }],
    missing: [{ input: text, unsaid: text }],
    hazards: report.hazards.map((one) => ({ ...one, text, pod: text })),
    spans: report.spans.map((one) => ({
      ...one,
      text,
      lane: { ...one.lane, name: text, pod: text },
    })),
    events: report.events.map((one) =>
      one.ev === "probe" ? { ...one, pod: text, data: { ...one.data, message: text } } : one,
    ),
  };
}

/** Whether a bar of the still picture has room for its label is the label's length. */
const elementsOf = (page: string): readonly string[] =>
  htmlTags(page).filter((name) => name !== "text");

const expected = elementsOf(lifeHtml([named(someLife(), "x"), named(someLife(), "y")]));

test("whatever things are called, the page has the same elements, and loads nothing", () => {
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      const page = lifeHtml([named(someLife(), one), named(someLife(), other)]);
      assert.deepEqual(elementsOf(page), expected);
      assert.doesNotMatch(markupOf(page), /\s(src|href|srcset|action|data|on[a-z]+)\s*=/i);
      assert.doesNotMatch(stylesOf(page), /url\(|@import|https?:/);
      for (const json of page.matchAll(/<script type="application\/json">(.*?)<\/script>/gs)) {
        assert.doesNotThrow(() => JSON.parse(json[1] ?? ""));
      }
    }),
    { numRuns: 60 },
  );
});

/** The tags alone, without the values of their attributes. */
const markupOf = (page: string): string =>
  (page.match(/<[a-z][^>]*>/gi) ?? []).join("\n").replaceAll(/="[^"]*"/g, "=");

const stylesOf = (page: string): string =>
  [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => style).join("\n");

test("the page lets its own script run and no other", () => {
  const hash = createHash("sha256").update(VIEWER_SCRIPT).digest("base64");
  assert.equal(VIEWER_HASH, `sha256-${hash}`);
  const page = lifeHtml([someLife()]);
  assert.ok(page.includes(`script-src '${VIEWER_HASH}'"`));
  assert.ok(page.includes(`<script>${VIEWER_SCRIPT}</script>`));
  assert.doesNotMatch(VIEWER_SCRIPT, /https?:|fetch\(|XMLHttpRequest|import\(|eval\(|innerHTML/);
});

test("without scripts there is a picture, the figures, and every event in words", () => {
  const page = lifeHtml([someLife()]);
  assert.match(page, /<div class="still"><svg viewBox/);
  assert.match(page, /<summary>13 events<\/summary>/);
  assert.match(page, /Container api failed liveness probe/);
});

test("one tool has its figures below; several stand side by side, what nobody wants in red", () => {
  const one = lifeHtml([someLife()]);
  assert.match(one, /<h3>Figures<\/h3>/);
  assert.doesNotMatch(one, /Side by side|id="together"/);
  const { totals } = someLife();
  const none = { ...totals, requests: { ...totals.requests, refused: 0 } };
  const two = lifeHtml([someLife(), someLife({ tool: "hotpod", totals: none })]);
  assert.match(
    two,
    /requests lost<\/th><td class="right bad">100 of 1,800<\/td><td class="right good">0 of 1,700<\/td>/,
  );
  assert.doesNotMatch(two, /<h3>Figures<\/h3>/);
});

test("fifty thousand events make a page that still opens", () => {
  const report = someLife();
  const probes = report.events.filter(({ ev }) => ev === "probe");
  const events = Array.from({ length: 50_000 }, (_, n) => {
    const event = probes[n % probes.length];
    assert.ok(event !== undefined);
    return { ...event, t: n * 800 };
  });
  const page = lifeHtml([{ ...report, events }]);
  assert.ok(page.length < 3_000_000, `${page.length} bytes`);
});
