import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  joined,
  type ReadTimings,
  readTimingAnnotations,
  readTimingFile,
  readTimingText,
} from "#manifest/timings/read-timings.js";
import { decisiveValue } from "#model/timing.js";
import { addSample, type Timing } from "#model/timing-file.js";

const HEAD = `"schema": "hotpod.timings/v1", "date": "2026-11-24T10:00:00Z"`;
const file = (timings: string): ReadTimings =>
  readTimingFile(`{${HEAD},\n "timings": {${timings}}}`, "store/timings.json");
const flag = (key: string, text: string): ReadTimings =>
  readTimingText(key, text, "--timing", "--timing");
const said = ({ problems }: ReadTimings): string[] =>
  problems.map(({ where, what, hint }) => `${where}: ${what}. ${hint}`);

describe("readTimingFile", () => {
  test("takes what hotpod run writes, with how much was measured", () => {
    let timing: Timing | undefined;
    for (const value of [1, 2, 3, 4, 5, 6]) timing = addSample(timing, value);
    const { timings, problems } = file(`"build": ${JSON.stringify(timing)}`);
    assert.deepEqual(problems, []);
    assert.deepEqual(timings, [
      {
        key: "build",
        measure: { kind: "quantiles", p50: 3, p95: 6, max: 6, count: 6 },
        source: "timings.json of 2026-11-24, 6 samples",
      },
    ]);
  });

  test("takes every other form", () => {
    const { timings, problems } = file(
      [
        '"build": 3',
        '"stopTime": {"samples": [1, 2]}',
        '"drain": {"dist": "uniform", "from": 1, "to": 2}',
        '"appStart": {"dist": "lognormal", "median": 2, "sigma": 0.5}',
        '"coldStart": {"dist": "const", "value": 9}',
        '"init.wait-db": {"dist": "empirical", "samples": [4]}',
        '"rss": "128Mi"',
      ].join(","),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      timings.map(({ key, measure }) => [key, measure.kind, decisiveValue(measure)]),
      [
        ["build", "number", 3],
        ["stopTime", "samples", 2],
        ["drain", "uniform", 2],
        ["appStart", "lognormal", 2 * Math.exp(1.6448536269514722 / 2)],
        ["coldStart", "number", 9],
        ["init.wait-db", "samples", 4],
        ["rss", "number", 128 * 2 ** 20],
      ],
    );
  });

  test("YAML by hand", () => {
    const text = "schema: hotpod.timings/v1\ntimings:\n  build: 2s..4s\n";
    const [build] = readTimingFile(text, "t.yaml").timings;
    assert.deepEqual(build?.measure, { kind: "uniform", from: 2, to: 4 });
  });

  test("says what is wrong, and where", () => {
    const form =
      'Write a number, {"count", "p50", "p95", "max"}, {"samples": […]} or {"dist": "const|uniform|lognormal|empirical", …}.';
    assert.deepEqual(said(file('"biuld": 3')), [
      'store/timings.json:2:14: unknown timing "biuld". Did you mean "build"?',
    ]);
    assert.deepEqual(said(file('"build": -3')), [
      `store/timings.json:2:23: build: -3 is no measure. ${form}`,
    ]);
    assert.deepEqual(said(file('"build": {"p50": 3, "p95": 2, "max": 5, "count": 9}')), [
      `store/timings.json:2:14: build: p50 3, p95 2 and max 5 do not rise. ${form}`,
    ]);
    assert.deepEqual(said(file('"build": {"dist": "normal"}')), [
      `store/timings.json:2:14: build: there is no distribution "normal". ${form}`,
    ]);
    assert.deepEqual(said(file('"build": {"dist": "uniform", "from": 3, "to": 1}')), [
      `store/timings.json:2:14: build: dist "uniform" needs "from" and "to", the smaller first. ${form}`,
    ]);
    assert.deepEqual(said(file('"build": 1e9')), [
      "store/timings.json:2:23: build: 1000000000 s is longer than a week. Times are in seconds, at most a week.",
    ]);
    const sample = 'A file of timings is {"schema":"hotpod.timings/v1","timings":{"build":3}}.';
    assert.deepEqual(said(readTimingFile("{}", "t.json")), [
      `t.json: there is no "schema": "hotpod.timings/v1". ${sample}`,
    ]);
    assert.deepEqual(said(readTimingFile('{"schema": "v0"}', "t.json")), [
      `t.json: its schema is "v0", not "hotpod.timings/v1". ${sample}`,
    ]);
    assert.deepEqual(said(readTimingFile("{", "t.json")), [
      `t.json:1:2: unexpected end of the stream within a flow collection. ${sample}`,
    ]);
  });
});

describe("readTimingText", () => {
  const measure = (key: string, text: string) => flag(key, text).timings[0]?.measure;

  test("numbers, durations, ranges, samples, distributions, sizes", () => {
    assert.deepEqual(measure("build", "3"), { kind: "number", value: 3 });
    assert.deepEqual(measure("build", "1m30s"), { kind: "number", value: 90 });
    assert.deepEqual(measure("build", "2s..4s"), { kind: "uniform", from: 2, to: 4 });
    assert.deepEqual(measure("build", "1, 2s"), { kind: "samples", samples: [1, 2] });
    assert.deepEqual(measure("build", "lognormal 3s .4"), {
      ...{ kind: "lognormal", median: 3, sigma: 0.4 },
    });
    assert.deepEqual(measure("rss", "120Mi"), { kind: "number", value: 120 * 2 ** 20 });
  });

  test("says what it cannot read", () => {
    const write = "Write 3, 3s, 250ms, 2s..4s, 1s,2s,2.5s or lognormal 3s 0.4.";
    assert.deepEqual(said(flag("build", "fast")), [
      `--timing: build: "fast" is not a time. ${write}`,
    ]);
    assert.deepEqual(said(flag("build", "1s,x")), [`--timing: build: "x" is not a time. ${write}`]);
    assert.deepEqual(said(flag("build", "4s..2s")), [
      `--timing: build: 4s..2s goes backwards. ${write}`,
    ]);
    assert.deepEqual(said(flag("rss", "3s")), [
      '--timing: rss: "3s" is not a size. Write 134217728, 128Mi or 100Mi..200Mi.',
    ]);
    assert.deepEqual(
      said(flag("zzzzzzzz", "3"))[0]?.slice(0, 45),
      '--timing: unknown timing "zzzzzzzz". Known: b',
    );
  });
});

test("the strongest source of a key counts, and keeps its name", () => {
  const annotations = {
    "hotpod.dev/timing.build": "9s",
    "hotpod.dev/timing.drain": "1s",
    other: "x",
  };
  const { timings } = joined([
    flag("build", "3s"),
    file('"build": 4, "appStart": 1'),
    readTimingAnnotations(annotations),
  ]);
  assert.deepEqual(
    timings.map(({ key, source, measure }) => `${key} ${decisiveValue(measure)} ${source}`),
    [
      "build 3 --timing",
      "appStart 1 timings.json of 2026-11-24",
      "drain 1 annotation hotpod.dev/timing.drain",
    ],
  );
});
