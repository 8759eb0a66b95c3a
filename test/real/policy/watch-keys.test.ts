/** What is watched, and how, follows the policy directory in a life that goes on. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { until } from "#test/real/run/processes.js";
import { type PolicyLife, policyLife } from "./policy-life.js";

const SERVICE = `require("node:http").createServer((_, answer) => answer.end()).listen({ fd: 3 });`;

const QUICK = ["--linger", "10ms", "--standby", "false"];

const open = (context: TestContext): Promise<PolicyLife> =>
  policyLife(context, {
    files: { "src/server.cjs": SERVICE, "src/notes.txt": "1" },
    args: [...QUICK, "--watch", "src", "--", process.execPath, "src/server.cjs"],
  });

/** Whole at once, as editors do. */
function save({ folder }: PolicyLife, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  renameSync(join(folder, name), join(folder, "src", name));
}

const servedContent = async ({ hotpod }: PolicyLife): Promise<string | null | undefined> =>
  (await hotpod.status()).serving?.artifact.content;

// Breaks when what is ignored still counts, or what is no longer ignored does not.
test("ignore decides from its change on whether a file counts", async (context) => {
  const life = await open(context);
  const { hotpod, set } = life;
  const swapped = async (act: () => unknown): Promise<void> => {
    const from = hotpod.here();
    await act();
    await hotpod.seen("promoted", from);
  };
  await swapped(() => save(life, "notes.txt", "2"));
  await swapped(() => set({ ignore: "notes.txt" }));
  const without = await servedContent(life);
  save(life, "notes.txt", "3");
  await swapped(() => save(life, "server.cjs", `${SERVICE}//`));
  await swapped(() => save(life, "server.cjs", SERVICE));
  assert.equal(await servedContent(life), without, "the notes do not count");
  await swapped(() => set({}));
  assert.notEqual(await servedContent(life), without, "the notes count again");
  await swapped(() => save(life, "notes.txt", "4"));
});

/** Whether the kernel tells that process of what happens in a folder. */
function isTold(pid: number, folder: string): boolean {
  const inode = ` ino:${statSync(folder).ino.toString(16)} `;
  return readdirSync(`/proc/${pid}/fdinfo`).some((fd) => {
    try {
      return readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8").includes(inode);
    } catch {
      return false; // closed meanwhile
    }
  });
}

// Breaks when the watcher goes on as it began.
test("poll decides from its change on who looks for changes: the kernel, or hotpod", async (context) => {
  const life = await open(context);
  const { hotpod, set, folder } = life;
  const sources = join(folder, "src");
  for (const [poll, told] of [
    ["never", true],
    ["always", false],
    ["auto", true],
  ] as const) {
    await set({ poll });
    await until(() => isTold(hotpod.pid, sources) === told, `poll ${poll}`);
    const from = hotpod.here();
    save(life, "notes.txt", poll);
    await hotpod.seen("promoted", from);
  }
});
