import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { readMemory, unreclaimableBytes } from "#edge/processes/memory.js";

function machine(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "hotpod-memory-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return root;
}

const MiB = 1024 * 1024;
const MOUNT_V2 = "30 25 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw";
const MOUNT_V1 =
  "33 25 0:29 /kubepods/pod1/c1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n34 25 0:30 / /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu";

test("version 2 in a namespace of its own: page cache does not count", (t) => {
  const root = machine(t, {
    "proc/self/cgroup": "0::/",
    "proc/self/mountinfo": MOUNT_V2,
    "sys/fs/cgroup/memory.max": String(256 * MiB),
    "sys/fs/cgroup/memory.current": String(100 * MiB),
    "sys/fs/cgroup/memory.stat": `anon 1\ninactive_file ${30 * MiB}\nactive_file ${20 * MiB}\nshmem 0`,
  });
  assert.deepEqual(readMemory(root), { limitBytes: 256 * MiB, usedBytes: 50 * MiB });
});

test("version 2: the tightest level above counts", (t) => {
  const root = machine(t, {
    "proc/self/cgroup": "0::/a/b",
    "proc/self/mountinfo": MOUNT_V2,
    "sys/fs/cgroup/a/b/memory.max": "max",
    "sys/fs/cgroup/a/b/memory.current": String(10 * MiB),
    "sys/fs/cgroup/a/memory.max": String(64 * MiB),
    "sys/fs/cgroup/a/memory.current": String(40 * MiB),
    "sys/fs/cgroup/memory.max": String(1024 * MiB),
    "sys/fs/cgroup/memory.current": String(500 * MiB),
  });
  assert.deepEqual(readMemory(root), { limitBytes: 64 * MiB, usedBytes: 40 * MiB });
});

test("version 1 as containers see it: the own cgroup is the root of the mount", (t) => {
  const root = machine(t, {
    "proc/self/cgroup": "5:cpu,cpuacct:/kubepods/pod1/c1\n4:memory:/kubepods/pod1/c1",
    "proc/self/mountinfo": MOUNT_V1,
    "sys/fs/cgroup/memory/memory.limit_in_bytes": String(128 * MiB),
    "sys/fs/cgroup/memory/memory.usage_in_bytes": String(90 * MiB),
    "sys/fs/cgroup/memory/memory.stat": `inactive_file 5\ntotal_inactive_file ${MiB}\ntotal_active_file ${2 * MiB}`,
  });
  assert.deepEqual(readMemory(root), { limitBytes: 128 * MiB, usedBytes: 87 * MiB });
});

for (const [name, files] of Object.entries({
  "version 1 without a limit": {
    "proc/self/cgroup": "4:memory:/",
    "proc/self/mountinfo": MOUNT_V1,
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "1",
  },
  "nothing mounted": { "proc/self/cgroup": "0::/", "proc/self/mountinfo": "" },
  "no /proc at all": {},
})) {
  test(`unknown: ${name}`, (t) => assert.equal(readMemory(machine(t, files)), null));
}

test("what a memory-backed volume holds counts when the usage does not show it", (t) => {
  const files = {
    "proc/self/cgroup": "0::/",
    "proc/self/mountinfo": MOUNT_V2,
    "proc/self/mounts": "tmpfs /cache tmpfs rw,noswap 0 0\ntmpfs /ro tmpfs ro 0 0",
    "cache/file": "",
    "sys/fs/cgroup/memory.max": String(2 ** 40),
    "sys/fs/cgroup/memory.current": String(10 * MiB),
  };
  const hidden = readMemory(machine(t, files));
  const shmem = { "sys/fs/cgroup/memory.stat": `shmem ${2 ** 50}` };
  const shown = readMemory(machine(t, { ...files, ...shmem }));
  assert.ok((hidden?.usedBytes ?? 0) > 10 * MiB);
  assert.equal(shown?.usedBytes, 10 * MiB);
});

test("a process's own memory is measured, a process that has gone weighs nothing", () => {
  const before = unreclaimableBytes([process.pid]);
  const ballast = Buffer.alloc(64 * MiB, 1);
  assert.ok(unreclaimableBytes([process.pid]) - before > 60 * MiB, `${ballast.length}`);
  assert.equal(unreclaimableBytes([2 ** 22 + 1]), 0);
});
