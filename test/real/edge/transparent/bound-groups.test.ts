import assert from "node:assert/strict";
import { closeSync } from "node:fs";
import { test } from "node:test";
import { resolveEndpoint } from "#edge/listeners/endpoint.js";
import { OwnSockets } from "#edge/listeners/slots/own-sockets.js";
import { listeningRows } from "#edge/listeners/socket-table.js";
import { loadLibc } from "#edge/native/libc.js";
import { BoundGroups } from "#edge/transparent/bound-groups.js";
import { copyOf } from "#test/real/edge/sockets/steered-rig.js";
import { freePort } from "#test/real/edge/supervisor-rig.js";

test("an address that is given up is free, whoever still holds a copy of its socket", async (t) => {
  const libc = loadLibc();
  const port = await freePort();
  const groups = new BoundGroups(libc, () => assert.fail("a warning"), new OwnSockets());
  const endpoint = resolveEndpoint(libc, { kind: "tcp", host: "127.0.0.1", port });
  const group = endpoint === null ? null : groups.groupAt(endpoint);
  assert.ok(group !== null);
  const opened = group.open(1);
  assert.ok(opened.ok);
  groups.keep(group);
  const held = copyOf(opened.value.fd);
  t.after(() => closeSync(held));
  const listening = () => listeningRows(libc).filter((row) => row.port === port).length;
  assert.equal(listening(), 1);
  groups.close(1, true);
  assert.equal(listening(), 0);
});
