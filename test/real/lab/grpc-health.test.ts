/** A pod's gRPC probes against a server of grpc-go: what the kubelet makes of each, in its own words. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openMachine } from "#edge/lab/open-machine.js";
import { askHandler } from "#lab/probe/ask-handler.js";
import { container, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

const limits = { timeout: 300_000 };

/** The server's program, built; or why it cannot be. */
function builtServer(): { readonly path: string } | { readonly problem: string } {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-grpc-health-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync("test/real/programs/grpc-health", join(folder, "source"), { recursive: true });
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const path = join(folder, "server");
  const { status, stderr, error } = spawnSync("go", ["build", "-o", path, "."], {
    cwd: join(folder, "source"),
    env: { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly", TMPDIR: temporary },
    ...{ encoding: "utf8", timeout: 240_000 },
  });
  if (status === 0) return { path };
  return { problem: `grpc-go's server does not build here: ${error?.message ?? stderr}` };
}

const server = builtServer();
const skip = "problem" in server && server.problem;

async function benchOf(context: TestContext): Promise<LabBench> {
  const machine = openMachine({ workFolder: null, keep: false, needs: {} });
  context.after(() => machine.close());
  return (await machine.openBench("L001", "grpc", 1)).bench;
}

async function serving(bench: LabBench, kind: "health" | "slow" | "none"): Promise<number> {
  assert.ok("path" in server);
  const port = await bench.network.freePort();
  const child = await bench.processes.start([server.path, `${bench.network.host}:${port}`, kind]);
  await child.lines.until("it listens", ({ text }) => text === "listening", 0, 60_000);
  return port;
}

function asking(bench: LabBench, port: number, service: string, timeoutSeconds = 20) {
  const asked = probe({ kind: "grpc", port, service }, { T: timeoutSeconds });
  const timeoutMs = timeoutSeconds * 1_000;
  return askHandler(asked, { bench, container: container(), exec: {}, timeoutMs });
}

test("a server with the health service: each status, and a service that it does not know", {
  ...limits,
  skip,
}, async (context) => {
  const bench = await benchOf(context);
  const port = await serving(bench, "health");
  const of = (service: string) => asking(bench, port, service);
  const failure = (output: string) => ({ kind: "failure", output });
  assert.deepEqual(await of(""), { kind: "success", output: "service healthy" });
  assert.deepEqual(await of("shop"), { kind: "success", output: "service healthy" });
  const unhealthy = (status: string) => failure(`service unhealthy (responded with "${status}")`);
  assert.deepEqual(await of("down"), unhealthy("NOT_SERVING"));
  assert.deepEqual(await of("unsure"), unhealthy("UNKNOWN"));
  const words = "rpc error: code = NotFound desc = unknown service";
  assert.deepEqual(await of("nobody"), failure(`error: health rpc probe failed: ${words}`));
});

test("one without it, one that does not answer, and none", { ...limits, skip }, async (context) => {
  const bench = await benchOf(context);
  assert.deepEqual(await asking(bench, await serving(bench, "none"), ""), {
    kind: "failure",
    output:
      "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health",
  });
  assert.deepEqual(await asking(bench, await serving(bench, "slow"), "", 2), {
    kind: "failure",
    output: "timeout: health rpc did not complete within 2s",
  });
  const port = await bench.network.freePort();
  const address = `${bench.network.host}:${port}`;
  assert.deepEqual(await asking(bench, port, "", 1), {
    kind: "failure",
    output: `timeout: failed to connect service "${address}" within 1s: context deadline exceeded`,
  });
});

test("a pod whose service is not served is killed after as many probes as its threshold", {
  ...limits,
  skip,
}, async (context) => {
  const bench = { ...(await benchOf(context)), scale: 0.1 };
  const port = await serving(bench, "health");
  const livenessProbe = probe({ kind: "grpc", port, service: "down" }, { P: 2, F: 3 });
  const readinessProbe = probe({ kind: "grpc", port, service: "shop" }, { P: 2 });
  const start = () => bench.processes.start(["sleep", "1000"]);
  const asked = pod({ containers: [container({ livenessProbe, readinessProbe })] });
  const run = runPod({ bench, record: null, pod: asked, processes: [{ start }] });
  context.after(() => run.stop());
  await run.log.seen("Ready", 1, 60_000);
  const killing = await run.log.seen("Killing", 1, 60_000);
  assert.equal(killing.text, "Container app failed liveness probe, will be restarted");
  const failures = run.log.lines.filter(({ what }) => what === "liveness failure");
  assert.deepEqual(
    failures.map(({ text }) => text),
    Array(3).fill('Liveness probe failed: service unhealthy (responded with "NOT_SERVING")'),
  );
});
