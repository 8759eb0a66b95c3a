import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { processTable } from "#edge/processes/process-tree.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";
import { askWho } from "./sockets/steered-rig.js";
import { freePort, openRig, type Rig, type RigOptions, tcp, until } from "./supervisor-rig.js";

async function rigOf(t: TestContext, options?: RigOptions): Promise<Rig> {
  const rig = await openRig(options);
  t.after(() => rig.end());
  return rig;
}

const sh = (script: string): string[] => ["sh", "-c", script];

test("a program runs in a session of its own and its exit code is told", async (t) => {
  const rig = await rigOf(t);
  rig.processes.prewarm();
  rig.start(1, sh("exit 7"));
  const { pid } = await rig.seen("generation-spawned", 1);
  assert.deepEqual((await rig.seen("generation-exited", 1)).exit, { kind: "code", code: 7 });
  assert.notEqual(pid, process.pid);
  rig.processes.kill(1);
  await rig.seen("generation-gone", 1);
  assert.equal(rig.processes.pids().size, 0);
});

test("the service finds the process as a shell would have started it", async (t) => {
  const rig = await rigOf(t, { env: { EXTRA: "ä b", NODE_OPTIONS: "--no-such-flag" } });
  const out = join(rig.folder, "facts");
  rig.start(
    1,
    sh(
      `{ cat /proc/self/status; echo "nofile $(ulimit -Sn)"; env; ls -l /proc/$$/fd; } > ${out}.tmp; mv ${out}.tmp ${out}; exec sleep 600`,
    ),
  );
  await rig.seen("generation-spawned", 1);
  await until(() => existsSync(out), "the facts are written");
  const facts = readFileSync(out, "utf8");
  assert.match(facts, /^SigIgn:\t0+$/m);
  assert.match(facts, /^SigBlk:\t0+$/m);
  assert.match(facts, /^EXTRA=ä b$/m);
  assert.match(facts, /^HOTPOD_GENERATION=1$/m);
  assert.match(facts, /^NOTIFY_SOCKET=/m);
  assert.doesNotMatch(facts, /^LISTEN_/m);
  const parent = readFileSync(`/proc/${process.ppid}/limits`, "utf8");
  const soft = /^Max open files\s+(\d+)/m.exec(parent)?.[1];
  assert.match(facts, new RegExp(`^nofile ${soft}$`, "m"));
  const fds = [...facts.matchAll(/ (\d+) -> /g)].map(([, fd]) => Number(fd));
  assert.deepEqual(
    fds.filter((fd) => fd > 2 && fd < 10),
    [],
  );
});

test("a spare shim that never came to run ends with hotpod", async (t) => {
  const stuck = join(temporaryFolder(t), "stuck.cjs");
  writeFileSync(stuck, "setInterval(() => {}, 1_000_000);");
  const rig = await rigOf(t, { shim: stuck });
  const isLeft = (): boolean =>
    processTable().some(({ pid, zombie }) => !zombie && commandLine(pid).includes(stuck));
  rig.processes.prewarm();
  await until(isLeft, "the shim is started");
  rig.processes.close();
  await until(() => !isLeft(), "the shim is gone");
});

for (const { name, argv, reason } of [
  { name: "a missing program", argv: ["/no/such/program"], reason: /no such program \(ENOENT\)/ },
  {
    name: "a name not on the PATH",
    argv: ["no-such-program"],
    reason: /no such program \(ENOENT\)/,
  },
  {
    name: "a file that is not executable",
    argv: ["/etc/passwd"],
    reason: /not executable.*EACCES/,
  },
]) {
  test(`${name} is a spawn failure that says so`, async (t) => {
    const rig = await rigOf(t);
    rig.start(1, argv);
    assert.match((await rig.seen("spawn-failed", 1)).reason, reason);
    assert.equal(rig.processes.pids().size, 0);
  });
}

test("a program for another machine and a lost interpreter are told apart", async (t) => {
  const rig = await rigOf(t);
  const foreign = join(rig.folder, "foreign");
  const elf = Buffer.alloc(64);
  elf.write("\x7fELF\x02\x01\x01", "latin1");
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(process.arch === "arm64" ? 62 : 183, 18);
  writeFileSync(foreign, elf, { mode: 0o755 });
  rig.start(1, [foreign]);
  assert.match((await rig.seen("spawn-failed", 1)).reason, /built for (arm64|amd64).*ENOEXEC/);
  const script = join(rig.folder, "script");
  writeFileSync(script, "#!/no/such/shell\n", { mode: 0o755 });
  rig.start(2, [script]);
  assert.match(
    (await rig.seen("spawn-failed", 2)).reason,
    /needs \/no\/such\/shell, which is not here/,
  );
});

test("a generation that cannot be started leaves the sockets where they were", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, { listen: [tcp(port)] });
  rig.start(1, ["/no/such/program"]);
  await rig.seen("spawn-failed", 1);
  const waiting = askWho(port);
  rig.start(2, ["sleep", "600"]);
  await rig.seen("generation-spawned", 2);
  rig.listeners.steer(2);
  await until(() => rig.listeners.waiting(2) > 0, "the client waits for the second");
  rig.processes.kill(2);
  await rig.seen("generation-gone", 2);
  rig.start(3, ["/no/such/program"], 2);
  await rig.seen("spawn-failed", 3);
  assert.ok(rig.listeners.waiting(2) > 0, "it still waits where it was");
  const answer =
    "import socket\ns=socket.socket(fileno=3)\nwhile 1:\n c,_=s.accept(); c.sendall(b'4\\n'); c.close()";
  rig.start(4, ["python3", "-c", answer], 2);
  assert.equal(await waiting, 4);
});

test("signals reach the main process; a real-time signal is told as one", async (t) => {
  const rig = await rigOf(t);
  rig.start(1, sh("kill -s RTMIN+2 $$ 2>/dev/null || kill -36 $$"));
  assert.deepEqual((await rig.seen("generation-exited", 1)).exit, {
    kind: "signal",
    signal: "SIGRTMIN+2",
  });
  rig.start(3, ["sleep", "600"]);
  await rig.seen("generation-spawned", 3);
  rig.processes.signal(3, "SIGTERM");
  assert.deepEqual((await rig.seen("generation-exited", 3)).exit, {
    kind: "signal",
    signal: "SIGTERM",
  });
});

test("kill ends descendants that left the group, the session and their parents", async (t) => {
  const rig = await rigOf(t);
  const marks = ["a", "b", "c"].map((name) => join(rig.folder, name));
  const [a, b, c] = marks;
  rig.start(
    1,
    sh(
      `(sleep 611 & echo > ${a}); setsid sh -c 'sleep 612 & echo > ${b}; wait' & (setsid sh -c 'setsid sleep 613 & echo > ${c}' &) ; wait`,
    ),
  );
  await rig.seen("generation-spawned", 1);
  await until(() => marks.every((mark) => existsSync(mark)), "all three escaped");
  const sleeping = () =>
    processTable().filter(({ pid, zombie }) => !zombie && /sleep\0?61[123]/.test(commandLine(pid)));
  await until(() => sleeping().length === 3, "three sleepers run");
  rig.processes.signal(1, "SIGKILL");
  await rig.seen("generation-exited", 1);
  assert.ok(sleeping().length > 0, "descendants outlive the main process");
  rig.processes.kill(1);
  await rig.seen("generation-gone", 1);
  assert.deepEqual(sleeping(), []);
});

test("killing one generation leaves the other one and our own children alone", async (t) => {
  const rig = await rigOf(t);
  rig.start(1, ["sleep", "621"]);
  rig.start(2, ["sleep", "622"]);
  await rig.seen("generation-spawned", 1);
  const { pid } = await rig.seen("generation-spawned", 2);
  const own = promisify(execFile)("sh", ["-c", "read line; exit 5"]);
  rig.processes.kill(1);
  await rig.seen("generation-gone", 1);
  assert.ok(existsSync(`/proc/${pid}`));
  own.child.stdin?.end("x\n");
  await assert.rejects(own, { code: 5 });
});

test("READY=1, STOPPING=1 and other assignments are heard, also after an empty datagram", async (t) => {
  const rig = await rigOf(t);
  const python =
    "import os,socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.connect(os.environ['NOTIFY_SOCKET'])\nfor t in [b'STATUS=warming',b'',b'READY=1\\nSTATUS=up',b'STOPPING=1']: s.send(t)\nsys.stdin.read()\nimport signal;signal.pause()";
  rig.start(1, ["python3", "-c", python]);
  for (const notice of ["hello", "ready", "stopping"]) {
    assert.equal((await rig.seen("notified", 1)).notice, notice);
  }
});

test("a waiting shim is used by the next generation and discarded without a trace", async (t) => {
  const rig = await rigOf(t);
  rig.processes.prewarm();
  rig.processes.prewarm();
  const shims = () =>
    processTable().filter(({ pid }) => commandLine(pid).includes(`${rig.folder}/shim.cjs`));
  await until(() => shims().length === 1, "one shim waits");
  const [warm] = shims();
  rig.start(1, ["sleep", "631"]);
  assert.equal((await rig.seen("generation-spawned", 1)).pid, warm?.pid);
  rig.processes.prewarm();
  await until(() => shims().length === 1, "the next one waits");
  rig.processes.discardWarm();
  await until(() => shims().length === 0, "it is gone");
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

test("the service's own output passes byte for byte, past the supervisor", async (t) => {
  const MEBIBYTES = 200;
  const script = `head -c ${MEBIBYTES}M /dev/zero; printf 'last\\0\\377' ; echo problem >&2; cat; exit 6`;
  const argv = ["-C", "source", "--import", "tsx", "test/real/programs/loud-supervisor.ts", script];
  const supervisor = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "pipe", "pipe"] });
  let bytes = 0;
  let tail = Buffer.alloc(0);
  let problem = "";
  let report = "";
  supervisor.stdout?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-6);
  });
  supervisor.stderr?.on("data", (chunk) => {
    problem += String(chunk);
  });
  supervisor.stdio[3]?.on("data", (chunk) => {
    report += String(chunk);
  });
  const begun = performance.now();
  await new Promise((resolve) => supervisor.once("close", resolve));
  assert.equal(bytes, MEBIBYTES * 1024 * 1024 + 6, problem);
  assert.equal(tail.toString("latin1"), "last\0\xff");
  assert.match(problem, /^problem$/m);
  const { exit, cpuMs } = JSON.parse(report);
  t.diagnostic(`${MEBIBYTES} MiB in ${(performance.now() - begun).toFixed(0)} ms cost ${cpuMs} ms`);
  assert.deepEqual(exit, { kind: "code", code: 6 });
});
