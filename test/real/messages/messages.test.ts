import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { before, type TestContext, test } from "node:test";
import { temporaryFolder } from "#test/real/run/hotpod.js";
import { type Given, golden, goMod, program, run } from "./golden-messages.js";

const HOTPOD = resolve("dist/hotpod.js");
before(() => execFileSync(process.execPath, ["tools/build.mjs"]));

/** Runs hotpod to its end in a folder of its own; what stands for this machine is replaced by names. */
function hotpod(t: TestContext, { files = {}, env = {}, args, as = [] }: Given) {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o777);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const [program = "", ...rest] = [...as, process.execPath, HOTPOD, ...args];
  const { status, stdout, stderr } = spawnSync(program, rest, {
    cwd: folder,
    encoding: "utf8",
    timeout: 30_000,
    env: { ...process.env, ...env },
    input: "",
  });
  return { code: status, out: stdout, err: stderr.replaceAll(folder, "HERE").trimEnd() };
}

for (const { name, code, says, ...given } of golden) {
  test(name, (t) => {
    const { err, out, ...rest } = hotpod(t, given);
    assert.equal(err, says.join("\n"));
    assert.deepEqual({ code: rest.code, out }, { code, out: "" });
  });
}

test("several main packages are listed, and one is proposed", (t) => {
  const { code, err } = hotpod(t, {
    files: { "go.mod": goMod, "cmd/api/main.go": program, "cmd/worker/main.go": program },
    args: run("--listen", "none"),
  });
  assert.equal(code, 2);
  assert.match(err, /example\.com\/app\/cmd\/api/);
  assert.match(err, /example\.com\/app\/cmd\/worker/);
  assert.match(err, /Choose one with --package, for example --package \S+\.$/);
});

test("module errors are Go's own words", (t) => {
  const { code, err } = hotpod(t, {
    files: { "go.mod": "module example.com/app\n\ngo banana\n", "main.go": program },
    args: run("--listen", "none"),
  });
  assert.equal(code, 2);
  assert.match(err, /go\.mod:3: invalid go version 'banana'/);
});

test("a port in use: who holds it", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const where = `127.0.0.1:${address.port}`;
  const service = hotpod(t, { args: run("--listen", where, "--", "true") });
  assert.equal(service.code, 1);
  const [first = "", second] = service.err.split("\n");
  assert.ok(
    first.startsWith(`hotpod: cannot listen on ${where}: it is in use by process ${process.pid} (`),
    first,
  );
  assert.equal(second, `  End process ${process.pid} or choose another address with --listen.`);
  const probes = hotpod(t, {
    args: ["run", "--listen", "none", "--probes-listen", where, "--", "true"],
  });
  assert.equal(probes.code, 1);
  assert.ok(
    probes.err.startsWith(
      `hotpod: cannot serve the probes on ${where}: it is in use by process ${process.pid} (`,
    ),
    probes.err,
  );
  assert.match(probes.err, /\n {2}Choose another address with --probes-listen, or none/);
});

/** Runs as nobody; null, said aloud, where that is not allowed. */
function nobody(t: TestContext): readonly string[] | null {
  const as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const [program = "", ...args] = as;
  // The checkout itself may lie where nobody may look.
  const tried = spawnSync(program, [...args, process.execPath, HOTPOD, "version"]);
  if (tried.status === 0) return as;
  assert.notEqual(process.env.CI, "true", "setpriv does not work here");
  t.skip("another user cannot run this checkout's hotpod");
  return null;
}

test("a privileged port, for a user without the privilege", (t) => {
  const as = nobody(t);
  if (as === null) return;
  const { code, err } = hotpod(t, { as, args: run("--listen", "127.0.0.1:80", "--", "true") });
  if (/in use/.test(err)) return t.skip("port 80 is in use here");
  assert.equal(code, 1, err);
  assert.equal(
    err,
    [
      "hotpod: cannot listen on 127.0.0.1:80: ports below 1024 need a privilege this user does not have",
      "  Use a port above 1023, or allow it with the sysctl net.ipv4.ip_unprivileged_port_start.",
    ].join("\n"),
  );
});

test("a store this user may not write to names the volume", (t) => {
  const as = nobody(t);
  if (as === null) return;
  const { code, err } = hotpod(t, {
    as,
    args: run("--listen", "none", "--store-dir", "/usr/hotpod-store", "--", "true"),
  });
  assert.equal(code, 1);
  assert.match(err, /^hotpod: this user may not write to the store \/usr\/hotpod-store on \S+ \(/);
});

test("--explain tells value, origin, and whether it can change; mistakes follow", (t) => {
  const given = {
    files: { "hotpod.yaml": "linger: 3s\n" },
    env: { HOTPOD_GRACE: "25s" },
    args: ["run", "--explain", "--probation", "1s", "--", "true"],
  };
  const { code, out } = hotpod(t, given);
  assert.equal(code, 0);
  assert.match(out, /^linger +3s +hot +hotpod\.yaml:1:1$/m);
  assert.match(out, /^grace +25s +hot +HOTPOD_GRACE \(fixed while the container runs\)$/m);
  assert.match(out, /^probation +1s +hot +--probation$/m);
  assert.match(out, /^recipe +none +cold +default: a command after --$/m);
  const json = hotpod(t, { ...given, args: [...given.args.slice(0, 2), "--json", "--", "true"] });
  assert.equal(JSON.parse(json.out).linger.value, "3s");
});

test("every command explains itself, and tells its data as JSON where it answers with data", (t) => {
  for (const name of ["run", "ctl", "simulate", "demo", "load", "version"]) {
    const asked = hotpod(t, { args: ["help", name] });
    assert.deepEqual({ ...asked, out: "" }, { code: 0, out: "", err: "" });
    assert.match(asked.out, new RegExp(`^hotpod ${name}\\b`));
    assert.deepEqual(hotpod(t, { args: [name, "--help"] }), asked, name);
  }
  const { out } = hotpod(t, { args: ["version", "--json"] });
  assert.deepEqual(Object.keys(JSON.parse(out)), ["version"]);
  assert.equal(hotpod(t, { args: ["--version"] }).out, `hotpod ${JSON.parse(out).version}\n`);
});

test("nobody reads standard output: help and --explain end without a crash", async (t) => {
  for (const args of [
    ["help", "run"],
    ["run", "--explain", "--", "true"],
  ]) {
    const child = spawn(process.execPath, [HOTPOD, ...args], {
      cwd: temporaryFolder(t),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (data: Buffer) => {
      err += data.toString();
    });
    const [code] = await once(child, "close");
    assert.deepEqual({ code, err }, { code: 0, err: "" });
  }
});
