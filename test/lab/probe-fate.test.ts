import assert from "node:assert/strict";
import { test } from "node:test";
import { fateOf, type Socket } from "#lab/probe/probe-fate.js";

const outage = { stopping: 10, stopped: 10.1, opening: 13.8, open: 13.9 };
const refuses: Socket = { kind: "refuses" };
const waits = (timeout: number): Socket => ({ kind: "waits", timeout });

const rows: readonly (readonly [
  what: string,
  sent: readonly [earliest: number, latest: number],
  socket: Socket,
  fate: "fails" | "passes" | "either",
])[] = [
  ["before it", [9, 9.9], refuses, "passes"],
  ["after it", [14, 14.1], refuses, "passes"],
  ["inside, port closed", [10.2, 13.7], refuses, "fails"],
  ["while the service is being stopped", [10.05, 10.05], refuses, "either"],
  ["while the port is being opened", [13.5, 13.85], refuses, "either"],
  ["around all of it", [9, 15], refuses, "either"],
  ["nobody answers in 2 s", [11, 11.1], waits(2), "fails"],
  ["2 s end near the answer", [12, 12.1], waits(2), "either"],
  ["6 s are enough", [11, 11.1], waits(6), "passes"],
  ["accepted by what is being stopped", [9.9, 10.05], waits(6), "either"],
];

for (const [what, [earliest, latest], socket, fate] of rows) {
  test(`a probe ${what}: ${fate}`, () => {
    assert.equal(fateOf({ earliest, latest }, [outage], socket), fate);
  });
}

test("an outage without an end fails every later probe; a further one does not save it", () => {
  const last = { stopping: 20, stopped: 20, opening: Infinity, open: Infinity };
  assert.equal(fateOf({ earliest: 30, latest: 31 }, [outage, last], refuses), "fails");
  assert.equal(fateOf({ earliest: 15, latest: 16 }, [outage, last], refuses), "passes");
});
