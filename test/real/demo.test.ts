import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type Child, startChild } from "#edge/observe/child.js";
import { createFeed, type Feed } from "#edge/observe/feed.js";

const REPORT_KEYS = [
  "requests",
  "failed",
  "swaps",
  "rejected",
  "rollbacks",
  "failedBuilds",
  "saveToServingMs",
  "swapMs",
  "partsP50",
  "rssBytes",
];

interface Demo {
  readonly child: Child;
  readonly lines: Feed<string>;
  /** Where it ran, and where its report is. */
  readonly cwd: string;
  /** Its folder for temporary files. */
  readonly temporary: string;
}

async function startDemo(context: TestContext, path?: string): Promise<Demo> {
  const cwd = mkdtempSync(join(tmpdir(), "hotpod-demo-test-"));
  const temporary = join(cwd, "tmp");
  mkdirSync(temporary);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const flags = ["-C", "source", "--import", loader, resolve("src/cli/main.ts")];
  const lines = createFeed<string>();
  const child = await startChild([process.execPath, ...flags, "demo"], {
    cwd,
    env: { ...process.env, TMPDIR: temporary, ...(path === undefined ? {} : { PATH: path }) },
    onLine: (line) => lines.push(line),
  });
  void child.finished.then((result) => lines.end(`it ended (${result})`));
  context.after(async () => {
    child.signal("SIGTERM");
    await child.finished;
    rmSync(cwd, { recursive: true, force: true });
  });
  return { child, lines, cwd, temporary };
}

/** The process that serves and everything in its folder is gone. */
function assertNothingLeft(demo: Demo): void {
  const told = demo.lines.items.join("\n");
  const pid = /hotpod run \(pid (\d+)\)/.exec(told)?.[1];
  assert.ok(pid !== undefined, told);
  assert.equal(existsSync(`/proc/${pid}`), false, `hotpod run ${pid} is left`);
  const left = readdirSync(demo.temporary).filter((name) => name.startsWith("hotpod-demo-"));
  assert.deepEqual(left, []);
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    assert.doesNotMatch(commandOf(entry), new RegExp(demo.temporary), `process ${entry} is left`);
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function reportOf(demo: Demo): Record<string, number> {
  const report = readFileSync(join(demo.cwd, "out", "demo", "report.json"), "utf8");
  return JSON.parse(report) as Record<string, number>;
}

test("the demo with Go: no failed request, all that was meant to happen, in under a minute", {
  timeout: 240_000,
}, async (context) => {
  const demo = await startDemo(context);
  await demo.lines.until("start", (line) => line.includes("serves http"), 0, 180_000);
  const beganMs = performance.now();
  const code = await demo.child.finished;
  const told = demo.lines.items.join("\n");
  assert.equal(code, 0, told);
  assert.ok(performance.now() - beganMs < 60_000, told);
  const report = reportOf(demo);
  assert.deepEqual(Object.keys(report), REPORT_KEYS);
  const { requests = 0, failed, swaps = 0, rejected, rollbacks, failedBuilds = 0 } = report;
  assert.ok(requests > 5_000, told);
  assert.deepEqual({ failed, rejected, rollbacks }, { failed: 0, rejected: 1, rollbacks: 0 });
  assert.ok(swaps >= 8 && swaps <= 10, `six edits, one signal, a burst of one or two: ${swaps}`);
  assert.ok(failedBuilds >= 1, told);
  assert.match(readFileSync(join(demo.cwd, "out/demo/report.html"), "utf8"), /<svg /);
  assertNothingLeft(demo);
});

test("without Go the demo says so and edits the Node example", { timeout: 120_000 }, async (t) => {
  const bin = mkdtempSync(join(tmpdir(), "hotpod-demo-path-"));
  t.after(() => rmSync(bin, { recursive: true }));
  symlinkSync(process.execPath, join(bin, "node"));
  const demo = await startDemo(t, bin);
  const code = await demo.child.finished;
  const told = demo.lines.items.join("\n");
  assert.equal(code, 0, told);
  assert.match(told, /There is no Go here/);
  const { failed, rejected, failedBuilds } = reportOf(demo);
  assert.deepEqual({ failed, rejected, failedBuilds }, { failed: 0, rejected: 2, failedBuilds: 0 });
  assertNothingLeft(demo);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} in the middle leaves no process and no folder`, {
    timeout: 240_000,
  }, async (context) => {
    const demo = await startDemo(context);
    await demo.lines.until("the first edit", (line) => line.includes("edit 1"), 0, 200_000);
    demo.child.signal(signal);
    assert.equal(await demo.child.finished, signal === "SIGINT" ? 130 : 143);
    assertNothingLeft(demo);
  });
}
