/** The hooks of a pod whose kubelet is the model: real commands and requests, their time, their failures. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { openMachine } from "#edge/lab/open-machine.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import type { PodLog } from "#lab/probe/pod-log.js";
import type { ContainerProcesses } from "#lab/probe/real-host.js";
import { runPod } from "#lab/probe/run-pod.js";
import type { Container, HookHandler, Lifecycle } from "#model/kube/pod.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

const limits = { timeout: 300_000 };
const PATIENCE_MS = 120_000;
const IGNORES_TERM = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"];

async function benchOf(context: TestContext): Promise<LabBench> {
  const machine = openMachine({ workFolder: null, keep: false, needs: {} });
  context.after(() => machine.close());
  return (await machine.openBench("L001", "hooks", 0.1)).bench;
}

const shell = (script: string): HookHandler => ({ kind: "exec", command: ["sh", "-c", script] });
const httpGet = (port: number, fields: object = {}): HookHandler => ({
  ...{ kind: "httpGet", scheme: "HTTP", host: null, port, path: "/stop", httpHeaders: [] },
  ...fields,
});

interface Asked {
  readonly lifecycle: Partial<Lifecycle>;
  readonly fields?: Partial<Container>;
  readonly argv?: readonly string[];
  readonly exec?: NonNullable<ContainerProcesses["exec"]>;
}

function podOf(context: TestContext, bench: LabBench, asked: Asked) {
  const { lifecycle, fields = {}, argv = ["sleep", "1000"], exec = {} } = asked;
  const hooks = { postStart: null, preStop: null, stopSignal: null, ...lifecycle };
  const start = () => bench.processes.start(argv);
  const run = runPod({
    ...{ bench, record: null },
    pod: pod({ containers: [container({ lifecycle: hooks, ...fields })] }),
    processes: [{ start, exec }],
  });
  context.after(() => run.stop());
  return run;
}

const linesOf = (log: PodLog, what: string) => log.lines.filter((line) => line.what === what);

test(
  "a postStart command runs in the container's folder, with its variables, and is waited for",
  limits,
  async (context) => {
    const bench = await benchOf(context);
    bench.files.makeFolder(`${bench.folder}/work`);
    const script = 'echo "$PWD $SHOP $EXTRA" > told';
    const run = podOf(context, bench, {
      lifecycle: { postStart: shell(script) },
      fields: {
        workingDir: `${bench.folder}/work`,
        env: [{ name: "SHOP", value: "open", from: null }],
      },
      exec: { env: { EXTRA: "more" } },
    });
    await run.log.seen("postStart done", 1, PATIENCE_MS);
    const told = readFileSync(`${bench.folder}/work/told`, "utf8");
    assert.equal(told, `${bench.folder}/work open more\n`);
    await run.log.seen("Ready", 1, PATIENCE_MS);
    const order = run.log.lines.map(({ what }) => what);
    assert.ok(order.indexOf("postStart done") < order.indexOf("Ready"), order.join(", "));
  },
);

test(
  "a postStart command that fails: the event, the kill and the restart",
  limits,
  async (context) => {
    const bench = await benchOf(context);
    const postStart = shell("echo no database >&2; exit 3");
    const run = podOf(context, bench, { lifecycle: { postStart } });
    await run.log.seen("started", 2, PATIENCE_MS);
    const [failed] = linesOf(run.log, "postStart failed");
    assert.equal(failed?.text, "exit code 3: no database\n");
    assert.equal(linesOf(run.log, "FailedPostStartHook")[0]?.text, "PostStartHook failed");
    assert.equal(linesOf(run.log, "Killing")[0]?.text, "FailedPostStartHook");
  },
);

test("a command that is not there fails like one that ends badly", limits, async (context) => {
  const bench = await benchOf(context);
  const postStart: HookHandler = { kind: "exec", command: ["/no/such/hook"] };
  const run = podOf(context, bench, { lifecycle: { postStart } });
  const event = await run.log.seen("FailedPostStartHook", 1, PATIENCE_MS);
  assert.equal(event.text, "PostStartHook failed");
  assert.match(
    linesOf(run.log, "postStart failed")[0]?.text ?? "",
    /stat \/no\/such\/hook: no such/,
  );
});

test(
  "a preStop command eats from the grace, and the signal waits for it",
  limits,
  async (context) => {
    const bench = await benchOf(context);
    const preStop = shell("sleep 0.35; date > stopped");
    const run = podOf(context, bench, { lifecycle: { preStop }, argv: IGNORES_TERM });
    await run.log.seen("Ready", 1, PATIENCE_MS);
    run.tell((machine) => machine.deleted(10));
    await run.log.seen("gone", 1, PATIENCE_MS);
    const [killing] = linesOf(run.log, "Killing");
    const [term, kill] = linesOf(run.log, "signal");
    assert.ok(killing !== undefined && term !== undefined && kill !== undefined);
    assert.ok(existsSync(`${bench.folder}/stopped`));
    const used = term.at - killing.at;
    assert.ok(used >= 3.5, `the hook took ${used} s`);
    // Whole seconds of the hook are taken off, and two are always left.
    const left = Math.max(2, 10 - Math.floor(used));
    assert.ok(Math.abs(kill.at - term.at - left) < 1e-6, `${kill.at} after ${term.at}`);
    assert.deepEqual([term.text, kill.text], ["SIGTERM", "SIGKILL"]);
  },
);

test(
  "a preStop command that goes on: the signal when the grace is over, two seconds more, and all of it ends",
  limits,
  async (context) => {
    const bench = await benchOf(context);
    const preStop = shell("setsid sleep 1000 & echo $! > child; echo $$ > hook; sleep 1000");
    const run = podOf(context, bench, { lifecycle: { preStop }, argv: IGNORES_TERM });
    await run.log.seen("Ready", 1, PATIENCE_MS);
    run.tell((machine) => machine.deleted(6));
    await run.log.seen("gone", 1, PATIENCE_MS);
    const [killing] = linesOf(run.log, "Killing");
    const times = linesOf(run.log, "signal").map(({ at }) => at - (killing?.at ?? 0));
    assert.ok(Math.abs((times[0] ?? 0) - 6) < 1e-6, `${times}`);
    assert.ok(Math.abs((times[1] ?? 0) - 8) < 1e-6, `${times}`);
    assert.equal(run.log.count("FailedPreStopHook"), 0);
    const deadline = bench.clock.nowMs() + PATIENCE_MS;
    for (const name of ["child", "hook"]) {
      const pid = Number(readFileSync(`${bench.folder}/${name}`, "utf8"));
      while (bench.processes.isAlive(pid) && bench.clock.nowMs() < deadline) {
        await bench.clock.wait(20);
      }
      assert.equal(bench.processes.isAlive(pid), false, name);
    }
  },
);

test(
  "a preStop command that fails leaves its event, and the container is stopped all the same",
  limits,
  async (context) => {
    const bench = await benchOf(context);
    const run = podOf(context, bench, { lifecycle: { preStop: shell("exit 1") } });
    await run.log.seen("Ready", 1, PATIENCE_MS);
    run.tell((machine) => machine.deleted(30));
    await run.log.seen("gone", 1, PATIENCE_MS);
    assert.equal(linesOf(run.log, "FailedPreStopHook")[0]?.text, "PreStopHook failed");
    assert.equal(linesOf(run.log, "exited")[0]?.text, "143");
  },
);

test(
  "an httpGet hook: any answer is good, none is not, TLS falls back, tcpSocket has no runner",
  limits,
  async (context) => {
    const agents: string[] = [];
    const server = createServer((request, response) => {
      agents.push(`${request.headers["user-agent"]} ${request.url} ${request.headers["x-why"]}`);
      response.statusCode = 500;
      response.end();
    });
    context.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const bench = await benchOf(context);
    await new Promise<void>((resolve) => server.listen(0, bench.network.host, resolve));
    const { port } = server.address() as { port: number };
    const outcome = async (postStart: HookHandler) => {
      const run = podOf(context, bench, { lifecycle: { postStart } });
      const ended = await Promise.race([
        run.log.seen("postStart done", 1, PATIENCE_MS),
        run.log.seen("postStart failed", 1, PATIENCE_MS),
      ]);
      run.stop();
      return `${ended.what} ${ended.text}`;
    };
    const httpHeaders = [{ name: "X-Why", value: "stop" }];
    assert.equal(await outcome(httpGet(port, { httpHeaders })), "postStart done ");
    assert.equal(await outcome(httpGet(port, { scheme: "HTTPS" })), "postStart done ");
    assert.deepEqual(agents, [
      "kube-lifecycle/1.36 /stop stop",
      "kube-lifecycle/1.36 /stop undefined",
    ]);
    const free = await bench.network.freePort();
    const place = `${bench.network.host}:${free}`;
    assert.equal(
      await outcome(httpGet(free)),
      `postStart failed Get "http://${place}/stop": dial tcp ${place}: connect: connection refused`,
    );
    assert.match(
      await outcome({ kind: "tcpSocket", host: null, port }),
      /^postStart failed .*runner/,
    );
  },
);

test("a command of another user", {
  ...limits,
  skip: process.getuid?.() !== 0 && "only root may start it",
}, async (context) => {
  const bench = await benchOf(context);
  const postStart = shell('[ "$(id -u):$(id -g)" = 65534:65533 ]');
  const user = { uid: 65_534, gid: 65_533 };
  const run = podOf(context, bench, { lifecycle: { postStart }, exec: { cwd: "/", user } });
  await run.log.seen("postStart done", 1, PATIENCE_MS);
});
