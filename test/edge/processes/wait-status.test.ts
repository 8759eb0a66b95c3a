import assert from "node:assert/strict";
import { test } from "node:test";
import { readWaitStatus, signalName, signalNumber } from "#edge/processes/wait-status.js";

function siginfo(code: number, pid: number, status: number): Buffer {
  const info = Buffer.alloc(128);
  info.writeInt32LE(code, 8);
  info.writeInt32LE(pid, 16);
  info.writeInt32LE(status, 24);
  return info;
}

const [EXITED, KILLED, DUMPED] = [1, 2, 3];

for (const { info, exit } of [
  { info: siginfo(EXITED, 9, 0), exit: { kind: "code", code: 0 } },
  { info: siginfo(EXITED, 9, 255), exit: { kind: "code", code: 255 } },
  { info: siginfo(KILLED, 9, 15), exit: { kind: "signal", signal: "SIGTERM" } },
  { info: siginfo(DUMPED, 9, 11), exit: { kind: "signal", signal: "SIGSEGV" } },
  { info: siginfo(KILLED, 9, 35), exit: { kind: "signal", signal: "SIGRTMIN+1" } },
]) {
  test(`waitid tells ${JSON.stringify(exit)}`, () => {
    assert.deepEqual(readWaitStatus(info), { pid: 9, exit });
  });
}

test("no pid means that nothing has ended", () =>
  assert.equal(readWaitStatus(Buffer.alloc(128)), null));

test("every signal's number comes back from its name", () => {
  for (let number = 1; number <= 64; number++) {
    assert.equal(signalNumber(signalName(number)), number);
  }
});
