/** The model of the kubelet with a real clock and a real service: what a probe runner needs is only another host. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { container, pod, probe } from "#test/kubelet/machine/pods.js";
import { realNode } from "./real-node.js";

test("a liveness probe on a real clock: ready, three failures a second apart, killed and started again", async (t) => {
  let status = 200;
  const server: Server = createServer((_, response) => {
    response.statusCode = status;
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((up) => server.once("listening", up));
  t.after(() => server.close());
  const checked = probe({ P: 1, F: 3 });
  const node = realNode(
    pod({ containers: [container({ livenessProbe: checked, readinessProbe: checked })] }),
    (server.address() as AddressInfo).port,
  );
  t.after(() => node.stop());
  const [ready, good, killed, again, gone] = [
    node.seen("Ready"),
    node.seen("liveness success"),
    node.seen("killing liveness"),
    node.seen("started 1"),
    node.seen("gone"),
  ];
  node.tell((machine) => machine.begin());
  await Promise.all([ready, good]);
  status = 500;
  await Promise.all([killed, again]);
  status = 200;
  node.tell((machine) => machine.deleted(5));
  await gone;

  const { lines } = node;
  const failures = lines.filter(({ what }) => what === "liveness failure").map(({ atMs }) => atMs);
  assert.equal(failures.length, 3);
  for (const index of [1, 2]) {
    const apart = (failures[index] ?? 0) - (failures[index - 1] ?? 0);
    assert.ok(Math.abs(apart - 1_000) < 250, `${apart} ms`);
  }
  const order = ["started 0", "Ready", "killing liveness", "SIGTERM", "started 1", "gone"];
  const places = order.map((one) => lines.findIndex(({ what }) => what === one));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(!places.includes(-1));
});
