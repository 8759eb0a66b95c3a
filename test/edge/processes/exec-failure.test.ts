/** Why a program could not be started, in words that lead to the cause. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execFailure } from "#edge/processes/shim-process.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

const { ENOENT } = constants.errno;

test("a program whose loader is missing is told with the loader's name", (t) => {
  const path = join(temporaryFolder(t), "app");
  const said = (): string => execFailure({ call: "execve", errno: ENOENT, path }, "app");
  assert.equal(said(), "cannot run app: no such program (ENOENT)");
  writeFileSync(path, asksFor("/lib/ld-none.so.1"));
  assert.equal(
    said(),
    `cannot run ${path}: it needs /lib/ld-none.so.1, which is not here (ENOENT)`,
  );
  writeFileSync(path, "#!/opt/none -x\n");
  assert.equal(said(), `cannot run ${path}: it needs /opt/none, which is not here (ENOENT)`);
  writeFileSync(path, "neither");
  assert.match(said(), /its interpreter or dynamic loader does not exist/);
});

/** A 64-bit executable that holds nothing but the name of its loader. */
function asksFor(loader: string): Uint8Array {
  const bytes = new Uint8Array(64 + 56 + loader.length + 1);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setBigUint64(0x20, 64n, true);
  view.setUint16(0x36, 56, true);
  view.setUint16(0x38, 1, true);
  view.setUint32(64, 3, true);
  view.setBigUint64(64 + 8, 120n, true);
  view.setBigUint64(64 + 32, BigInt(loader.length + 1), true);
  bytes.set(new TextEncoder().encode(`${loader}\0`), 120);
  return bytes;
}
