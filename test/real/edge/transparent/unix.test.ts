import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";

/**
 * Does to the socket's path what its words say, in their order, then answers each connection with its version until SIGTERM, when it
 * does what follows `end`.
 */
const SERVICE = `
import os, signal, socket, sys
version, *words = open("version").read().split()
path = sys.argv[1] if len(sys.argv) > 1 else os.environ["SOCKET"]
listening = socket.socket(socket.AF_UNIX)
def do(word):
    if word == "check":
        try:
            socket.socket(socket.AF_UNIX).connect(path)
            sys.exit("another one lives")
        except (ConnectionRefusedError, FileNotFoundError):
            pass
    elif word == "unlink" and os.path.exists(path): os.unlink(path)
    elif word == "bind": listening.bind(path)
    elif word == "bindtwice":
        tried = socket.socket(socket.AF_UNIX); tried.bind(path + ".tried"); tried.close(); os.unlink(path + ".tried")
        os.rmdir(os.path.dirname(path) + "/empty")
        listening.bind(path)
    elif word == "narrow": os.fchmod(listening.fileno(), 0o700)
    elif word.isdigit(): os.chmod(path, int(word, 8))
    elif word == "listen": listening.listen(64)
    elif word == "fail": sys.exit(7)
end = words[words.index("end") + 1:] if "end" in words else []
def leave(*_):
    for word in end: do(word)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
for word in words:
    if word == "end": break
    do(word)
while True:
    client, _ = listening.accept()
    with client:
        try:
            if client.recv(100) == b"die\\n": os._exit(9)
            client.sendall(version.encode())
        except OSError:
            pass
`;

const ORDINARY = "check unlink bind listen end unlink";

interface Rig {
  readonly hotpod: Hotpod;
  readonly folder: string;
  readonly path: string;
  readonly ask: (word?: string) => Promise<string>;
  readonly save: (version: string) => void;
  readonly deploy: (version: string) => Promise<void>;
  readonly inode: () => number;
  readonly mode: () => string;
}

interface Wanted {
  readonly handover: "auto" | "transparent";
  /** `--listen` names the path. */
  readonly named: boolean;
  /** The command line does. */
  readonly argued?: boolean;
  readonly first: string;
  readonly folder?: string;
  readonly flags?: readonly string[];
}

async function open(context: TestContext, wanted: Wanted): Promise<Rig> {
  ensureBundle();
  const above = mkdtempSync(join(tmpdir(), "hotpod-own-unix-"));
  context.after(() => rmSync(above, { recursive: true, force: true }));
  const [cwd, folder] = [join(above, "service"), join(above, wanted.folder ?? "run")];
  for (const each of [cwd, folder]) mkdirSync(each);
  const path = join(folder, "app.sock");
  writeFileSync(join(cwd, "server.py"), SERVICE);
  const save = (version: string): void => {
    writeFileSync(join(cwd, "version.new"), version);
    renameSync(join(cwd, "version.new"), join(cwd, "version"));
  };
  save(wanted.first);
  const flags = ["--linger", "20ms", "--watch", "version", ...(wanted.flags ?? [])];
  const own = ["--handover", wanted.handover, ...flags];
  const program = ["python3", "server.py", ...(wanted.argued ? [path] : [])];
  const hotpod = await startHotpod(context, {
    cwd,
    args: [...own, "--", ...program],
    listen: wanted.named ? `unix=unix:${path}` : "standard",
    env: { SOCKET: path },
  });
  await hotpod.seen("promoted");
  const deploy = async (version: string): Promise<void> => {
    const from = hotpod.here();
    save(version);
    await hotpod.seen("promoted", from);
  };
  return {
    ...{ hotpod, folder, path, save, deploy },
    ask: (word = "version?") => ask(path, word),
    inode: () => statSync(path).ino,
    mode: () => (statSync(path).mode & 0o777).toString(8),
  };
}

function ask(path: string, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path }, () => socket.write(`${word}\n`));
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}

test("the file of a Unix socket stays until its successor's takes its place, whatever services do to it", async (context) => {
  const { hotpod, folder, ask, deploy, save, inode, mode } = await open(context, {
    ...{ handover: "transparent", named: true, flags: ["--probation", "0s"] },
    first: `one ${ORDINARY}`,
  });
  assert.equal(await ask(), "one");
  assert.equal(mode(), (0o777 & ~process.umask()).toString(8), "as the service's umask has it");

  const [first, swapped] = [inode(), hotpod.here()];
  await deploy("two check unlink bind 620 listen end unlink");
  await hotpod.seen("drain-ended", swapped);
  assert.equal(await ask(), "two", "the first one has removed nothing at its end");
  assert.notEqual(inode(), first);
  assert.equal(mode(), "620", "the mode that was given by the path is the new file's");

  const [second, failed] = [inode(), hotpod.here()];
  save("bad unlink bind 777 listen fail");
  await hotpod.seen("candidate-failed", failed);
  assert.equal(await ask(), "two");
  assert.deepEqual([inode(), mode()], [second, "620"], "the old file is as it was");

  await deploy("three unlink narrow bind listen");
  assert.equal(await ask(), "three");
  assert.equal(mode(), (0o700 & ~process.umask()).toString(8), "as the socket itself was narrowed");

  const crashed = hotpod.here();
  await ask("die");
  assert.equal(await ask(), "three", "whoever comes meanwhile waits");
  await hotpod.seen("crashed", crashed);
  await hotpod.stop();
  assert.deepEqual(readdirSync(folder), [], "no file is left");
});

test("a service that does not take the socket of listen but binds its path is handed over there", async (context) => {
  const { hotpod, ask, deploy, path, mode } = await open(context, {
    ...{ handover: "auto", named: true },
    first: `one ${ORDINARY}`,
  });
  const { handover, why } = await hotpod.seen("handover-chosen");
  assert.deepEqual(
    { handover, why },
    { handover: "transparent", why: { kind: "bound", address: `unix:${path}` } },
  );
  const from = hotpod.here();
  await deploy(`two check unlink bind 606 listen end unlink`);
  await hotpod.seen("drain-ended", from);
  assert.equal(await ask(), "two");
  assert.equal(mode(), "606");
});

test("a Unix socket that only the command line names is found, and handed over from the first swap on", async (context) => {
  const { hotpod, ask, deploy, path } = await open(context, {
    ...{ handover: "auto", named: false, argued: true },
    first: `one ${ORDINARY}`,
  });
  const { why } = await hotpod.seen("handover-chosen");
  assert.equal(why.kind === "bound-elsewhere" && why.address, `unix:${path}`);
  for (const version of ["two", "three"]) {
    const from = hotpod.here();
    await deploy(`${version} ${ORDINARY}`);
    await hotpod.seen("drain-ended", from);
    assert.equal(await ask(), version);
  }
  assert.doesNotMatch(hotpod.output.join("\n"), /that nobody has named/);
});

test("a Unix socket that nobody has named is put back when the first generation removes it", async (context) => {
  const { hotpod, folder, ask, deploy, inode } = await open(context, {
    ...{ handover: "transparent", named: false },
    first: "one bind listen end unlink",
  });
  assert.match(hotpod.output.join("\n"), /a Unix socket that nobody has named/);
  assert.equal(await ask(), "one");
  const from = hotpod.here();
  await deploy(`two ${ORDINARY}`);
  const second = inode();
  await hotpod.seen("drain-ended", from);
  assert.equal(await ask(), "two");
  assert.equal(inode(), second, "the same file");
  await hotpod.stop();
  assert.deepEqual(readdirSync(folder), []);
});

test("what a service binds for a moment is its own again when it has removed it", async (context) => {
  const { hotpod, folder, path, ask } = await open(context, {
    ...{ handover: "transparent", named: true, folder: "r".repeat(62) },
    first: "one bind listen",
  });
  assert.equal(await ask(), "one");
  mkdirSync(join(folder, "empty"));
  chmodSync(path, 0o600);
  const from = hotpod.here();
  const version = "two unlink bindtwice listen";
  writeFileSync(join(folder, "../service/version"), version);
  await hotpod.seen("promoted", from);
  assert.equal(await ask(), "two");
  assert.equal(existsSync(`${path}.tried`), false);
});
