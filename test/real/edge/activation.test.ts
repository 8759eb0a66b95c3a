import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { freePort, openRig, type Rig, tcp } from "./supervisor-rig.js";

const programs = "test/real/programs";

async function twoListeners(t: TestContext): Promise<{ rig: Rig; ports: number[]; path: string }> {
  const ports = [await freePort(), await freePort()] as const;
  const path = join("/tmp", `hotpod-activation-${process.pid}.sock`);
  const rig = await openRig({
    listen: [
      tcp(ports[0], "", "http"),
      tcp(ports[1], "127.0.0.1", "admin"),
      { name: "local", address: { kind: "unix", path } },
    ],
  });
  t.after(() => rig.end());
  return { rig, ports: [...ports], path };
}

test("coreos/go-systemd finds every socket by name and its readiness is heard", async (t) => {
  const { rig, ports, path } = await twoListeners(t);
  const program = join(rig.folder, "go-activation");
  execFileSync("go", ["build", "-o", program, "."], {
    cwd: `${programs}/go-activation`,
    env: { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly" },
  });
  for (const generation of [1, 2]) {
    rig.start(generation, [program]);
    assert.equal((await rig.seen("notified", generation)).notice, "hello");
    assert.equal((await rig.seen("notified", generation)).notice, "ready");
    rig.listeners.steer(generation);
    assert.equal(await get({ port: ports[0] as number, host: "::1" }), `${generation} http`);
    assert.equal(await get({ port: ports[0] as number, host: "127.0.0.1" }), `${generation} http`);
    assert.equal(await get({ port: ports[1] as number, host: "127.0.0.1" }), `${generation} admin`);
  }
  assert.match(await get({ socketPath: path }), /^[12] local$/);
});

for (const { name, argv, ready } of [
  { name: "Python's standard library", argv: ["python3", `${programs}/activated.py`], ready: true },
  { name: "Node", argv: [process.execPath, `${programs}/activated.mjs`], ready: false },
]) {
  test(`${name} serves from the passed socket`, async (t) => {
    const { rig, ports } = await twoListeners(t);
    for (const generation of [1, 2]) {
      rig.start(generation, argv);
      if (ready) assert.equal((await rig.seen("notified", generation)).notice, "ready");
      await rig.seen("accepting-seen", generation);
      rig.listeners.steer(generation);
      const answer = await get({ port: ports[0] as number, host: "127.0.0.1" });
      assert.equal(answer, `${generation} http:admin:local`);
    }
  });
}

function get(target: { host?: string; port?: number; socketPath?: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...target, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.on("end", () => resolve(text));
    });
    asked.on("error", reject);
    asked.end();
  });
}
