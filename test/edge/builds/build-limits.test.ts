import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { goJobs, readBuildLimits } from "#edge/builds/build-limits.js";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";

const GIB = 2 ** 30;

describe("readBuildLimits", () => {
  test("cgroup v2, the smallest of all levels", (t) => {
    const root = temporaryFolder(t);
    write(root, {
      "proc/self/cgroup": "0::/pod/app\n",
      "sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
      "sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
      "sys/fs/cgroup/pod/memory.max": "max\n",
      "sys/fs/cgroup/pod/app/cpu.max": "max 100000\n",
      "sys/fs/cgroup/pod/app/memory.max": `${GIB}\n`,
    });
    assert.deepEqual(readBuildLimits(root, 8), { cores: 1, memoryBytes: GIB });
  });

  test("cgroup v1, also from within the container's own view", (t) => {
    const root = temporaryFolder(t);
    write(root, {
      "proc/self/cgroup":
        "5:memory:/kubepods/x\n4:cpuacct,cpu:/kubepods/x\n1:name=systemd:/\n0::/\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${2 * GIB}\n`,
    });
    assert.deepEqual(readBuildLimits(root, 8), { cores: 3, memoryBytes: 2 * GIB });
  });

  test("no limits", (t) => {
    const root = temporaryFolder(t);
    write(root, {
      "proc/self/cgroup": "5:memory:/\n4:cpu,cpuacct:/\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    });
    assert.deepEqual(readBuildLimits(root, 4), { cores: 4, memoryBytes: null });
    assert.deepEqual(readBuildLimits(`${root}/nothing`, 2), { cores: 2, memoryBytes: null });
  });
});

describe("goJobs", () => {
  test("leaves half of the memory to the service, and never less than one job", () => {
    assert.deepEqual(goJobs({ cores: 4, memoryBytes: null }), { jobs: 4, memoryBytes: null });
    assert.deepEqual(goJobs({ cores: 4, memoryBytes: 2 * GIB }), { jobs: 2, memoryBytes: GIB / 2 });
    const small = goJobs({ cores: 4, memoryBytes: 100 * 2 ** 20 });
    assert.deepEqual(small, { jobs: 1, memoryBytes: 64 * 2 ** 20 });
  });
});
