import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, type TestContext, test } from "node:test";
import { askControl } from "#edge/http/control-client.js";
import type { Status } from "#generation/status.js";
import { temporaryFolder } from "./hotpod.js";
import { until } from "./processes.js";

const limits = { timeout: 60_000 };
before(() => execFileSync(process.execPath, ["tools/build.mjs"]));

/** A `hotpod run` of a shell script that has no clients, with nothing but its control socket to ask. */
interface Worker {
  readonly cwd: string;
  status(): Promise<Status | null>;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

async function startWorker(
  t: TestContext,
  script: string,
  wrapper: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Worker> {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "worker.sh"), script);
  const flags = ["--listen", "none", "--probes-listen", "none", "--shutdown-delay", "0"];
  const hotpod = [process.execPath, resolve("dist/hotpod.js"), "run", ...flags];
  const child = spawn("sh", ["-c", wrapper, "-", ...hotpod, "--", "sh", "worker.sh"], {
    cwd,
    env: { ...process.env, ...env },
    stdio: "ignore",
    detached: true,
  });
  const exited = once(child, "exit");
  t.after(() => {
    try {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  });
  const socket = join(cwd, ".hotpod/store/control.sock");
  const status = async (): Promise<Status | null> => {
    const answer = await askControl(socket, "GET", "/status", 1_000);
    return answer.ok ? (JSON.parse(answer.value.body) as Status) : null;
  };
  await until(async () => (await status())?.phase === "serving", "serving", 20_000);
  return {
    cwd,
    status,
    signal: (name) => child.kill(name),
    stop: async () => {
      child.kill("SIGTERM");
      return (await exited)[0] as number | null;
    },
  };
}

test("the exit code is the service's, or 128 and the number of its signal", limits, async (t) => {
  const polite = "trap 'exit 42' TERM; while :; do sleep 0.05; done";
  assert.equal(await (await startWorker(t, polite, 'exec "$@"')).stop(), 42);
  const rude = "exec sleep 600";
  assert.equal(await (await startWorker(t, rude, 'exec "$@"')).stop(), 143);
});

// Breaks when a descriptor opened by hotpod takes the place of a standard stream, or writing to one throws.
test("closed standard streams do not hurt", limits, async (t) => {
  const worker = await startWorker(t, "exec sleep 600", 'exec "$@" <&- >&- 2>&-');
  worker.signal("SIGUSR1");
  assert.equal((await worker.status())?.ready.code, 200);
  assert.equal(await worker.stop(), 143);
});

// Breaks when a line of the log is written by waiting for its reader, or a broken pipe kills.
for (const { name, reader } of [
  { name: "has gone away", reader: "exec 0<&-; exec sleep 60" },
  { name: "does not read", reader: "exec sleep 60" },
]) {
  test(`a reader of the log that ${name} does not hurt`, limits, async (t) => {
    const pipe = join(temporaryFolder(t), "log");
    const wrapper = `mkfifo "$PIPE"; (${reader}) <"$PIPE" & exec "$@" 2>"$PIPE"`;
    const worker = await startWorker(t, "exec sleep 600", wrapper, { PIPE: pipe });
    // Each asks for a line of some 200 bytes; a pipe holds 64 KiB.
    for (let asked = 0; asked < 1_000; asked++) {
      worker.signal("SIGUSR1");
      if (asked % 2 === 0) assert.equal((await worker.status())?.ready.code, 200);
    }
    assert.equal(await worker.stop(), 143);
  });
}

// Breaks when hotpod takes its own log for a change: each line would lead to the next generation.
test("the log's file may lie in the watched folder", limits, async (t) => {
  const script = "echo hello; exec sleep 600";
  const worker = await startWorker(t, script, 'exec "$@" >out.log 2>err.log');
  worker.signal("SIGUSR1");
  const log = (): string => readFileSync(join(worker.cwd, "err.log"), "utf8");
  await until(() => log().includes('"status"'), "the status in the log", 5_000);
  assert.equal(await worker.stop(), 143);
  assert.equal(readFileSync(join(worker.cwd, "out.log"), "utf8"), "hello\n");
  assert.equal(log().match(/"generation-started"/g)?.length, 1, log());
});
