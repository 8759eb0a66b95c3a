import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallName } from "#edge/transparent/calls/machine-abi.js";
import type { ToldCall } from "#edge/transparent/calls/told-call.js";
import { parseCaller } from "#edge/transparent/files/caller.js";
import { AT_FDCWD, fileAct } from "#edge/transparent/files/file-act.js";
import { judgeFileAct, type Standing } from "#edge/transparent/files/judge-file-act.js";
import { lastName } from "#edge/transparent/files/named-file.js";
import { namedSockets, toldBeside } from "#edge/transparent/files/named-sockets.js";
import { abstractName, unixPath } from "#edge/transparent/files/take-unix-bind.js";

const call = (name: CallName, ...args: bigint[]): ToldCall => ({ id: 1n, tid: 1, name, args });
const AT_REMOVEDIR = 0x200n;
const MINUS_ONE = 0xffff_ffffn;

test("what a call does to a file is read from its arguments", () => {
  const here = { folderFd: AT_FDCWD, pathAt: 100n };
  const there = { folderFd: 7, pathAt: 100n };
  const cases: readonly [ToldCall, ReturnType<typeof fileAct>][] = [
    [call("unlink", 100n), { kind: "remove", ...here }],
    [call("unlinkat", 7n, 100n, 0n), { kind: "remove", ...there }],
    [call("unlinkat", 0xffff_ff9cn, 100n, 0n), { kind: "remove", ...here }],
    [call("unlinkat", 7n, 100n, AT_REMOVEDIR), null],
    [call("chmod", 100n, 0o140666n), { kind: "mode", ...here, mode: 0o666 }],
    [call("fchmodat", 7n, 100n, 0o600n), { kind: "mode", ...there, mode: 0o600 }],
    [call("fchmodat2", 7n, 100n, 0o600n, 0n), { kind: "mode", ...there, mode: 0o600 }],
    [call("chown", 100n, MINUS_ONE, 33n), { kind: "owner", ...here, uid: -1, gid: 33 }],
    [call("fchownat", 7n, 100n, 5n, 6n, 0n), { kind: "owner", ...there, uid: 5, gid: 6 }],
    [call("lchown", 100n, 0xffff_fffen, 1n), { kind: "owner", ...here, uid: 4294967294, gid: 1 }],
    [call("connect", 7n, 100n, 110n), { kind: "connect", ...here }],
    [call("bind", 7n, 100n, 110n), null],
  ];
  for (const [made, act] of cases) assert.deepEqual(fileAct(made), act, `${made.name}`);
});

test("nobody removes the path that clients use, but who ends for good or had it for itself", () => {
  const served: Standing = {
    ...{ bound: true, found: true, candidate: false, lasting: true, ending: false },
  };
  const dark: Standing = { ...served, bound: false, found: false, candidate: true };
  assert.equal(judgeFileAct("remove", dark), "pretend", "a candidate clears the way");
  assert.equal(judgeFileAct("remove", { ...served, found: false }), "pretend", "an old one ends");
  assert.equal(judgeFileAct("remove", served), "pretend", "the next one is to come");
  assert.equal(judgeFileAct("remove", { ...served, ending: true }), "redirect");
  assert.equal(judgeFileAct("remove", { ...served, lasting: false }), "redirect");
  const succeeded = { ...served, found: false, ending: true };
  assert.equal(judgeFileAct("remove", succeeded), "pretend", "another one is found there");
});

test("a generation changes its own file, whatever lies at the path, and is told that nobody else lives", () => {
  const bound: Standing = {
    ...{ bound: true, found: false, candidate: true, lasting: true, ending: false },
  };
  for (const kind of ["mode", "owner"] as const) {
    assert.equal(judgeFileAct(kind, bound), "redirect");
    assert.equal(judgeFileAct(kind, { ...bound, bound: false }), "continue");
  }
  assert.equal(judgeFileAct("connect", { ...bound, bound: false }), "refuse");
  assert.equal(judgeFileAct("connect", bound), "continue");
  assert.equal(judgeFileAct("connect", { ...bound, bound: false, candidate: false }), "continue");
});

test("addresses are paths, or not ours", () => {
  const address = (bytes: string): Buffer => Buffer.from(`\x01\0${bytes}`, "latin1");
  assert.equal(unixPath(address("/run/a.sock\0\0\0")), "/run/a.sock");
  assert.equal(unixPath(address("/run/a.sock")), "/run/a.sock", "without the zero");
  assert.equal(unixPath(address("\0abstract")), null);
  assert.equal(unixPath(address("")), null, "unnamed");
  assert.equal(abstractName(address("\0abstract\0\0")), "@abstract");
  assert.deepEqual(["", "\0", "/run/a.sock"].map(address).map(abstractName), [null, null, null]);
  assert.equal(unixPath(address("/run/\xff\xfe")), null, "no text");
  assert.equal(unixPath(Buffer.from("02001f907f000001", "hex")), null, "IPv4");
  assert.deepEqual(["a/b", "b", "/", "a/", ".."].map(lastName), ["b", "b", null, null, null]);
});

test("files are created as the thread's own umask and file-system user have it", () => {
  const status = "Name:\tx\nUmask:\t0027\nTgid:\t1\nUid:\t0\t0\t0\t33\nGid:\t5\t6\t7\t8\n";
  assert.deepEqual(parseCaller(status), { umask: 0o27, uid: 33, gid: 8 });
  assert.equal(parseCaller("Name:\tx\n"), null);
});

test("a command line that speaks of a Unix socket is recognised", () => {
  const named: readonly [readonly string[], readonly string[]][] = [
    [["uvicorn", "app:app", "--uds", "/run/app.sock"], ["/run/app.sock"]],
    [["gunicorn", "--bind=unix:/run/app", "app"], ["/run/app"]],
    [["server", "unix:///run/a.socket"], ["/run/a.socket"]],
    [["redis-server", "--unixsocket", "r.sock"], ["r.sock"]],
    [["server", "--listen=/run/s.sock"], ["/run/s.sock"]],
    [["./bin/server", "--port", "8080", "websocket", "https://example.org/x"], []],
  ];
  for (const [argv, paths] of named) assert.deepEqual(namedSockets(argv), paths);
  const binds = { kind: "binds" } as const;
  assert.equal(toldBeside(binds, ["server"]), binds);
  const files = { kind: "files", pathLengths: [13] };
  assert.deepEqual(toldBeside(binds, ["server", "/run/app.sock"]), files);
});
