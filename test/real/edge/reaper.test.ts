import assert from "node:assert/strict";
import { execFile, fork, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { test } from "node:test";
import { processTable } from "#edge/processes/process-tree.js";
import { becomeSubreaper, startReaper } from "#edge/processes/reaper.js";
import { startProgram } from "./sockets/steered-rig.js";
import { until } from "./supervisor-rig.js";

const ORPHANS = 1_000;
const OWN = 200;

test("1,000 orphans leave no zombie and 200 own children keep their exit codes", async (t) => {
  assert.ok(becomeSubreaper());
  const reaper = startReaper();
  t.after(() => reaper.stop());
  const script = `i=0; while [ $i -lt ${ORPHANS / 4} ]; do ( ( read line < /dev/null; exit 3 ) & ); i=$((i+1)); done`;
  const shells = Array.from({ length: 4 }, () => ended(spawn("sh", ["-c", script])));
  const codes: Promise<number | null>[] = [];
  for (let index = 0; index < OWN; index++) {
    codes.push(ownChild(index));
    if (index % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
  }
  const expected = Array.from({ length: OWN }, (_, index) => index);
  assert.deepEqual(await Promise.all(codes), expected);
  assert.deepEqual(await Promise.all(shells), [0, 0, 0, 0]);
  await until(() => reaper.orphans === ORPHANS, "every orphan is reaped");
  const zombies = processTable().filter(({ parent, zombie }) => zombie && parent === process.pid);
  assert.deepEqual(zombies, []);
});

test("a lone orphan is reaped although no child of ours is alive", async (t) => {
  assert.ok(becomeSubreaper());
  const reaper = startReaper();
  t.after(() => reaper.stop());
  const parent = spawn("sh", ["-c", "( ( read line; exit 3 ) <&3 & )"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  await ended(parent);
  assert.equal(reaper.orphans, 0);
  parent.stdio[3]?.destroy();
  await until(() => reaper.orphans === 1, "the orphan is reaped");
});

test("kill -9 of the supervisor takes the service and the waiting shim along", async () => {
  const argv = ["-C", "source", "--import", "tsx", "test/real/programs/tiny-supervisor.ts"];
  const supervisor = await startProgram([process.execPath, ...argv]);
  const [service, shim, folder = ""] = (await supervisor.line()).split(" ");
  assert.ok(existsSync(`/proc/${service}`) && existsSync(`/proc/${shim}`));
  process.kill(supervisor.pid, "SIGKILL");
  const left = () => processTable().filter(({ pid, zombie }) => !zombie && isOne(pid));
  const isOne = (pid: number) => String(pid) === service || String(pid) === shim;
  await until(() => left().length === 0, "both are gone");
  rmSync(folder, { recursive: true });
});

function ownChild(code: number): Promise<number | null> {
  const script = `exit ${code}`;
  if (code % 50 === 1) return ended(fork("-", { execPath: "sh", execArgv: ["-c", script] }));
  if (code % 2 === 1) return ended(execFile("sh", ["-c", script], () => {}));
  return ended(spawn("sh", ["-c", script], { stdio: "ignore" }));
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
}
