import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { labFiles } from "#edge/lab/lab-files.js";
import { labProcesses } from "#edge/lab/lab-processes.js";
import { endMarked, LAB_VARIABLE, markedProcesses } from "#edge/lab/marked-processes.js";

const MARK = `lab-test-${process.pid}`;

function workbench(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-lab-processes-"));
  const processes = labProcesses(folder, { ...process.env, [LAB_VARIABLE]: `${MARK}/L101/arm` });
  context.after(async () => {
    await endMarked(MARK, 5_000);
    rmSync(folder, { recursive: true });
  });
  return { folder, processes, files: labFiles([folder]) };
}

test("an exec is told in two stages: what the look-up does not find, and what execve refuses", async (context) => {
  const { folder, files, processes } = workbench(context);
  const exec = (path: string) => processes.exec([path, "0"], { timeoutMs: 5_000 });
  assert.deepEqual(await exec(`${folder}/none`), { kind: "not-found", why: "absent" });
  assert.deepEqual(await exec("no-such-program"), { kind: "not-found", why: "absent" });
  assert.deepEqual(await exec(folder), { kind: "not-found", why: "directory" });
  files.write(`${folder}/text`, "text");
  assert.deepEqual(await exec(`${folder}/text`), { kind: "not-found", why: "not-executable" });
  files.write(`${folder}/lost`, "#!/no/such/interpreter\n", 0o755);
  assert.deepEqual(await exec(`${folder}/lost`), { kind: "execve-failed", why: "ENOENT" });
  files.copy("/bin/sleep", `${folder}/main`);
  assert.equal((await exec(`${folder}/main`)).kind, "exited");
  const writer = openSync(`${folder}/main`, "r+");
  assert.deepEqual(await exec(`${folder}/main`), { kind: "execve-failed", why: "ETXTBSY" });
  closeSync(writer);
});

test("an exec that takes too long is killed and told so", async (context) => {
  const { processes } = workbench(context);
  const end = await processes.exec(["sleep", "1000"], { timeoutMs: 100 });
  assert.equal(end.kind, "timed-out");
});

test("everything started is found by its mark, also what has left its session, and ended", async (context) => {
  const { processes } = workbench(context);
  const script = "setsid sleep 1000 & echo started; exec sleep 1000";
  const child = await processes.start(["sh", "-c", script]);
  await child.lines.until("both", ({ text }) => text === "started", 0, 10_000);
  const found = markedProcesses(MARK);
  assert.ok(found.some(({ pid }) => pid === child.pid));
  assert.equal(found.length, 2, JSON.stringify(found));
  assert.equal(markedProcesses(`${MARK}/L10`).length, 0, "a mark is whole parts");
  assert.equal(markedProcesses(`${MARK}/L101`).length, 2);
  assert.deepEqual(await endMarked(MARK, 10_000), []);
  assert.equal(await child.exited, "SIGKILL");
});

test("files outside the lab's folders cannot be written", (context) => {
  const { folder, files } = workbench(context);
  const outside = join(folder, "..", "outside");
  assert.throws(() => files.write(outside, ""), /not the lab's/);
  assert.throws(() => files.remove(join(folder, "..")), /not the lab's/);
  assert.throws(() => files.rename(`${folder}/a`, outside), /not the lab's/);
  assert.throws(() => files.write(`${folder}/../outside`, ""), /not the lab's/);
});
