import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceEnvironment } from "#edge/processes/service-environment.js";

const sockets = ["http", "admin"];
const facts = { generation: 7, sockets, notifyPath: "/tmp/n.sock", drainMs: 25_000, moves: 5 };

test("sockets are announced as systemd does, in their order", () => {
  assert.deepEqual(serviceEnvironment({ HOME: "/root" }, facts), {
    HOME: "/root",
    HOTPOD_GENERATION: "7",
    HOTPOD_DRAIN: "25000ms",
    NOTIFY_SOCKET: "/tmp/n.sock",
    LISTEN_FDS: "2",
    LISTEN_FDNAMES: "http:admin",
    HOTPOD_MOVES: "5,6",
    HOTPOD_CHANNEL: "7",
  });
});

test("what hotpod itself was given does not leak", () => {
  const own = {
    LISTEN_FDS: "1",
    LISTEN_PID: "5",
    NOTIFY_SOCKET: "/run/systemd/notify",
    HOTPOD_MOVES: "4,5",
    HOTPOD_CHANNEL: "6",
    X: undefined,
  };
  assert.deepEqual(
    serviceEnvironment(own, {
      generation: 1,
      sockets: [],
      notifyPath: null,
      drainMs: 500,
      moves: null,
    }),
    { HOTPOD_GENERATION: "1", HOTPOD_DRAIN: "500ms" },
  );
});
