/** The whole command, as a person calls it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { orders } from "#test/rules/score/orders.js";

const MAIN = resolve("src/cli/main.ts");

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-score-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function score(folder: string, args: readonly string[]) {
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), MAIN, "score"];
  return spawnSync(process.execPath, [...argv, ...args], { encoding: "utf8", cwd: folder });
}

const TIMINGS = ["--timing", "coldStart=9", "--timing", "gap=1.2", "--timing", "stopTime=3"];

test("one service: its lists, its steps with patches, every indicator, and the same bytes again", (t) => {
  const folder = folderOf(t, { "orders.yaml": orders() });
  const { stdout, status } = score(folder, ["orders.yaml", ...TIMINGS]);
  assert.equal(status, 0);
  assert.match(stdout, /^Fix first\n/);
  assert.match(stdout, /^1 {2}shop\/Deployment\/orders/m);
  assert.match(stdout, /^M06 {2}Probe timing margin/m);
  assert.match(stdout, /bring(s)? it from \d+ to \d+\.$/m);
  assert.match(stdout, /^1 service: 1 below 60, 0 to measure first, median \d+\.$/m);
  assert.equal(score(folder, ["orders.yaml", ...TIMINGS]).stdout, stdout);
});

test("--fail-under, --strict-range and what cannot be read decide the exit code", (t) => {
  const folder = folderOf(t, {
    "orders.yaml": orders({
      command: "[hotpod, run]",
      liveness: "httpGet: { path: /livez, port: 9247 }",
    }),
    "broken.yaml": "a: [",
  });
  const run = (...args: string[]): number | null => score(folder, args).status;
  assert.equal(run("orders.yaml", "--fail-under", "60"), 0);
  assert.equal(run("orders.yaml", "--fail-under", "60", "--strict-range"), 1);
  assert.equal(run("orders.yaml", "--fail-under", "100"), 1);
  assert.equal(run(".", "--fail-under", "100"), 2);
  assert.equal(run("orders.yaml", "--fail-under", "all"), 2);
  assert.equal(run("missing.yaml"), 2);
});

test("weights of hotpod.yaml count, are said, and mistakes in them are told", (t) => {
  const folder = folderOf(t, {
    "orders.yaml": orders(),
    "hotpod.yaml": "check:\n  weights: { M07: 50, M99: 1 }\n",
  });
  const { stdout, status } = score(folder, [".", ...TIMINGS]);
  assert.equal(status, 2);
  assert.match(stdout, /^Weights are changed by hotpod\.yaml.*M07 50/m);
  assert.match(stdout, /check\.weights\.M99/);
  const plain = score(folder, ["orders.yaml", ...TIMINGS, "--json"]);
  writeFileSync(join(folder, "hotpod.yaml"), "check:\n  weights: { M07: 50 }\n");
  const heavy = score(folder, [".", ...TIMINGS, "--json"]);
  const total = (text: string): number => JSON.parse(text).services[0].total;
  assert.ok(total(heavy.stdout) < total(plain.stdout));
  assert.deepEqual(JSON.parse(heavy.stdout).changedWeights, ["M07"]);
});

test("--previous says what has changed since then", (t) => {
  const folder = folderOf(t, { "orders.yaml": orders(), "none.json": "{}" });
  const old = join(folder, "old.json");
  score(folder, ["orders.yaml", ...TIMINGS, "--format", "json", "--out", old]);
  const before = JSON.parse(readFileSync(old, "utf8")).services[0].total;
  writeFileSync(
    join(folder, "orders.yaml"),
    orders({ command: "[hotpod, run]", liveness: "httpGet: { path: /livez, port: 9247 }" }),
  );
  const { stdout } = score(folder, ["orders.yaml", ...TIMINGS, "--previous", old]);
  const [, now, up] = /\(?(\d+)\)? ↑(\d+)/.exec(stdout) ?? [];
  assert.equal(Number(now) - Number(up), before);
  assert.match(stdout, /^↑ crossed 60 since the older report: shop\/Deployment\/orders$/m);
  const bad = score(folder, ["orders.yaml", "--previous", "none.json"]);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /none\.json is no report of hotpod score/);
});

test("--explain says the formula, the numbers, what is missing and what a fix brings", (t) => {
  const folder = folderOf(t, { "orders.yaml": orders() });
  const { stdout, status } = score(folder, ["orders.yaml", ...TIMINGS, "--explain", "m06,M15"]);
  assert.equal(status, 0);
  assert.match(stdout, /^M06 Probe timing margin, weight 7: shop\/Deployment\/orders$/m);
  assert.match(stdout, /^ {6}40·ramp\(K⁻\/coldStart; 0\.8, 1\.5\)$/m);
  assert.match(stdout, /^ {6}coldStart = 9 s \(--timing\)$/m);
  assert.match(stdout, /^ {6}missing: --timing rss=/m);
  assert.match(stdout, /^ {6}M06 80 → \d+, total \d+ → \d+$/m);
  assert.match(score(folder, ["orders.yaml", "--explain", "M20"]).stderr, /no indicator "M20"/);
});

test("samples of logs are judged, by a file or by names in a folder", (t) => {
  const line = '{"time":"2026-01-01T00:00:00Z","level":"info","msg":"served","generation":"g7"}';
  const folder = folderOf(t, {
    "orders.yaml": orders(),
    "good.log": `${line}\n`.repeat(20),
    "bad.log": 'GET "/healthz" HTTP/1.1 kube-probe/1.32\n'.repeat(20),
  });
  const m19 = (...args: string[]) =>
    JSON.parse(score(folder, ["orders.yaml", "--json", ...args]).stdout).services[0].indicators.at(
      -1,
    );
  assert.equal(m19().score, null);
  assert.deepEqual([m19("--logs", "good.log").score, m19("--logs", "good.log").coverage], [85, 1]);
  assert.equal(m19("--logs", "bad.log").score, 30);
  writeFileSync(join(folder, "orders.log"), line);
  assert.equal(m19("--logs", ".").score, 85);
});

test("a cluster and files: files win, and a pod's log is asked for", (t) => {
  const folder = folderOf(t, { "orders.yaml": orders({ command: "[hotpod, run]" }) });
  const meta = (name: string) => ({ name, namespace: "shop" });
  const pod = (name: string) => ({
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "api", image: "api:1", command: ["air"] }] },
  });
  const deployment = (name: string) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(name),
    spec: { selector: { matchLabels: { app: name } }, template: pod(name) },
  });
  const list = { apiVersion: "v1", items: ["orders", "stock"].map(deployment), kind: "List" };
  const line = '{"time":"t","level":"info","msg":"m","generation":"g"}';
  writeFileSync(join(folder, "list.json"), JSON.stringify(list, null, 4));
  const script = `#!/bin/sh\ncase "$1 $2" in\n"get "*) cat '${folder}/list.json';;\n"logs deployment/stock") echo '${line}';;\n*) echo no >&2; exit 1;;\nesac\n`;
  writeFileSync(join(folder, "kubectl"), script, { mode: 0o755 });
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), MAIN, "score"];
  const { stdout, status } = spawnSync(
    process.execPath,
    [...argv, "orders.yaml", "--context", "test", "--pod-logs", "--json"],
    {
      encoding: "utf8",
      cwd: folder,
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    },
  );
  assert.equal(status, 0);
  const { services, notes } = JSON.parse(stdout);
  assert.deepEqual(notes, [
    "In the cluster and in the files, counted as the files have it: shop/Deployment/orders",
  ]);
  const names = services.map(({ name }: { name: string }) => name).toSorted();
  assert.deepEqual(names, ["orders", "stock"]);
  const m19 = (name: string) =>
    services
      .find((one: { name: string }) => one.name === name)
      .indicators.find((one: { id: string }) => one.id === "M19");
  assert.equal(m19("stock").coverage, 1);
  assert.ok(m19("orders").coverage < 0.5);
  assert.match(score(folder, ["orders.yaml", "--pod-logs"]).stderr, /--pod-logs without a cluster/);
});
