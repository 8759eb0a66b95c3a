import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { askControl, followControl } from "#edge/http/control-client.js";
import { controlError } from "#edge/http/control-error.js";
import { type ControlHandlers, openControl } from "#edge/http/control-server.js";

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-control-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "deep", "control.sock");
}

function handlers(changes: Partial<ControlHandlers> = {}): ControlHandlers {
  return {
    status: () => ({ pid: 4711, phase: "serving" }),
    policy: () => ({}),
    config: () => [],
    act: () => null,
    recentEvents: () => ['{"seq":1}'],
    followEvents: () => () => {},
    ...changes,
  };
}

async function open(t: TestContext, path: string, given = handlers()): Promise<Server> {
  const opened = await openControl(path, given);
  assert.ok(opened.ok, JSON.stringify(opened));
  t.after(() => {
    opened.value.close();
    opened.value.closeAllConnections();
  });
  return opened.value;
}

test("asks, acts, and is there for its user alone", async (t) => {
  const path = socketPath(t);
  const acted: string[] = [];
  const act = (action: string): string | null => {
    if (action === "promote") return "nothing to promote";
    acted.push(action);
    return null;
  };
  await open(t, path, handlers({ act }));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const status = await askControl(path, "GET", "/status", 1_000);
  assert.ok(status.ok && JSON.parse(status.value.body).pid === 4711);
  const reload = await askControl(path, "POST", "/reload", 1_000);
  assert.ok(reload.ok && reload.value.code === 202);
  const promote = await askControl(path, "POST", "/promote", 1_000);
  assert.ok(promote.ok && promote.value.code === 409);
  assert.deepEqual(JSON.parse(promote.value.body), { error: "nothing to promote" });
  for (const [method, route] of [
    ["GET", "/reload"],
    ["POST", "/status"],
    ["POST", "/../reload/x"],
  ] as const) {
    const answer = await askControl(path, method, route, 1_000);
    assert.ok(answer.ok && answer.value.code === 404, route);
  }
  assert.deepEqual(acted, ["reload"]);
});

test("events: what was, and on request what comes, until either side ends", async (t) => {
  const path = socketPath(t);
  let tell: (line: string) => void = () => {};
  let stopped = 0;
  const server = await open(
    t,
    path,
    handlers({
      followEvents: (line) => {
        tell = line;
        return () => stopped++;
      },
    }),
  );
  const seen: string[] = [];
  const ended = followControl(path, (line) => {
    seen.push(line);
    if (line === '{"seq":1}') tell('{"seq":2}');
    if (line === '{"seq":2}') server.closeAllConnections();
  });
  assert.deepEqual(await ended, { ok: true, value: "ended" });
  assert.deepEqual(seen, ['{"seq":1}', '{"seq":2}']);
  assert.equal(stopped, 1);
});

test("a live socket is another hotpod's, which is named", async (t) => {
  const path = socketPath(t);
  await open(t, path);
  const second = await openControl(path, handlers());
  assert.deepEqual(second, { ok: false, error: { kind: "taken", pid: 4711 } });
  assert.ok(!second.ok);
  assert.match(
    controlError(second.error, path).message,
    /^another hotpod \(process 4711\) answers on the control socket \//,
  );
});

test("the socket of a killed process is replaced, a file is not", async (t) => {
  const path = socketPath(t);
  const { ok } = await openControl(path, handlers()).then((opened) => {
    if (opened.ok) opened.value.close();
    return opened;
  });
  assert.ok(ok && !existsSync(path));
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log())`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(existsSync(path));
  await open(t, path);

  const precious = `${path}.txt`;
  writeFileSync(precious, "precious");
  const refused = await openControl(precious, handlers());
  assert.equal(refused.ok, false);
  assert.equal(statSync(precious).size, "precious".length);
});
