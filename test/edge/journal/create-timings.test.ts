import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { createTimings, type Timings } from "#edge/journal/create-timings.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

function created(t: TestContext, dir: string): Timings {
  const timings = createTimings({
    storeDir: dir,
    cwd: dir,
    goVersion: "go1.26.8",
    uptimeS: () => 4.5,
  });
  t.after(() => timings.close());
  return timings;
}

const artifact = { id: "a", content: null };

describe("createTimings", () => {
  test("measures in seconds what notices tell", (t) => {
    const dir = temporaryFolder(t);
    const timings = created(t, dir);
    const built = { kind: "build-succeeded", artifact } as const;
    timings.observe({ ...built, build: 1, tookMs: 9_000 });
    timings.observe({ ...built, build: 2, tookMs: 500 });
    timings.observe({ kind: "generation-ready", generation: 1, by: "http", tookMs: 40 });
    for (const generation of [1, 2]) {
      const swap = { swapMs: 50, changeMs: null, timing: null, previous: null, artifact };
      timings.observe({ kind: "promoted", generation, ...swap });
    }
    timings.observe({ kind: "drain-ended", generation: 1, tookMs: 2_000, killed: false });
    timings.observe({ kind: "drain-ended", generation: 2, tookMs: 25_000, killed: true });
    timings.sample("rss", 12_345_678);
    timings.close();
    const file = JSON.parse(readFileSync(join(dir, "timings.json"), "utf8"));
    assert.equal(file.schema, "hotpod.timings/v1");
    assert.equal(file.goVersion, "go1.26.8");
    assert.equal(file.goSumHash, null);
    const values = Object.fromEntries(
      Object.entries(file.timings).map(([key, timing]) => [key, (timing as { max: number }).max]),
    );
    assert.deepEqual(values, {
      coldBuild: 9,
      build: 0.5,
      appStart: 0.04,
      coldStart: 4.5,
      drain: 2,
      stopTime: 25,
      rss: 12_345_678,
    });
  });

  test("adds to earlier runs, with quantiles over the newest hundred", (t) => {
    const dir = temporaryFolder(t);
    const first = created(t, dir);
    for (let value = 1; value <= 150; value += 1) first.sample("build", value);
    first.close();
    const second = created(t, dir);
    second.sample("build", 1_000);
    const { build } = second.read().timings;
    assert.equal(build?.count, 151);
    assert.deepEqual([build?.p50, build?.p95, build?.max], [101, 146, 1_000]);
    assert.equal(build?.samples.length, 100);
  });

  test("a file that is none of ours is replaced, not trusted", (t) => {
    const dir = temporaryFolder(t);
    for (const text of ["", "{", "[]", '{"schema":"hotpod.timings/v1","timings":{"build":7}}']) {
      writeFileSync(join(dir, "timings.json"), text);
      assert.deepEqual(created(t, dir).read().timings, {});
    }
  });
});
