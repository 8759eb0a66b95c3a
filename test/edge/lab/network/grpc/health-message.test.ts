import assert from "node:assert/strict";
import { test } from "node:test";
import { healthRequest, healthStatus } from "#edge/lab/network/grpc/health-message.js";

const framed = (message: readonly number[], flag = 0, length = message.length): Buffer =>
  Buffer.from([flag, 0, 0, length >> 8, length & 0xff, ...message]);
const statusOf = (body: Buffer): string => {
  const found = healthStatus(body);
  return found.ok ? found.value : `${found.error.code}: ${found.error.words}`;
};

test("a request is its length and the service's name as field 1, which an empty name leaves out", () => {
  assert.deepEqual([...healthRequest("")], [0, 0, 0, 0, 0]);
  assert.deepEqual([...healthRequest("ab")], [0, 0, 0, 0, 4, 0x0a, 2, 97, 98]);
  const long = healthRequest("x".repeat(300));
  assert.deepEqual([...long.subarray(0, 8)], [0, 0, 0, 1, 47, 0x0a, 0xac, 2]);
  assert.equal(long.length, 5 + 3 + 300);
});

test("the status is field 1, the last one that is given; none is UNKNOWN, a strange one its number", () => {
  assert.equal(statusOf(framed([])), "UNKNOWN");
  assert.equal(statusOf(framed([8, 1])), "SERVING");
  assert.equal(statusOf(framed([8, 1, 8, 2])), "NOT_SERVING");
  assert.equal(statusOf(framed([8, 3])), "SERVICE_UNKNOWN");
  assert.equal(statusOf(framed([8, 7])), "7");
  const minusOne = [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
  assert.equal(statusOf(framed(minusOne)), "-1");
});

test("fields of a later version are skipped, whatever their type", () => {
  const others = [0x10, 0x96, 1, 0x19, ...Array(8).fill(9), 0x22, 2, 1, 1, 0x2d, 1, 2, 3, 4];
  assert.equal(statusOf(framed([...others, 8, 1])), "SERVING");
  assert.equal(statusOf(framed([0x0a, 1, 65, 8, 2])), "NOT_SERVING");
});

test("what is no message is told as Go tells it", () => {
  const wire = "grpc: failed to unmarshal the received message: proto: cannot parse invalid wire-";
  for (const message of [[8], [255, 255], [0x0a, 9, 1], [0, 1], [0x0b], Array(12).fill(0xff)]) {
    assert.equal(statusOf(framed(message)), `Internal: ${wire}format data`, `${message}`);
  }
  assert.match(statusOf(Buffer.alloc(0)), /^Internal: cardinality violation: received no response/);
  assert.equal(statusOf(Buffer.from([0, 0])), "Internal: unexpected EOF");
  assert.equal(statusOf(framed([8], 0, 2)), "Internal: unexpected EOF");
  assert.match(statusOf(framed([8, 1], 1)), /compressed flag set/);
  const huge = Buffer.from([0, 0x7f, 255, 255, 255]);
  assert.match(statusOf(huge), /^ResourceExhausted: .*\(2147483647 vs\. 4194304\)/);
});
