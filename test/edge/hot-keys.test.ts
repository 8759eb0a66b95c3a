import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serviceProgram } from "#edge/service-program.js";
import { openStore } from "#edge/store/open-store.js";
import { type PolicyFiles, settingsWithPolicy } from "#test/config/policy-folder/resolve-policy.js";
import { programOf, type Rig, rig } from "./builds/rig.js";
import { temporaryFolder, write } from "./watch/folder.js";

/** As a running hotpod takes a new policy over: in the same object. */
function change({ settings }: Rig, files: PolicyFiles): void {
  Object.assign(settings, { build: settingsWithPolicy(files).build });
}

const built = async (made: Rig): Promise<string> =>
  readFileSync(programOf(made, await made.build()), "utf8");

/** Its artifact holds what the shell expands. */
const prints = (word: string): string =>
  `/bin/sh -c 'echo "#!/bin/sh ${word} $WORD" > "$0" && chmod +x "$0"' {artifact}`;

test("build.command, build.env and build.before count from the next build on", async (t) => {
  const files: Record<string, string> = { "build.command": prints("one") };
  const made = rig(t, { build: settingsWithPolicy(files).build });
  assert.equal(await built(made), "#!/bin/sh one \n");
  files["build.command"] = prints("two");
  change(made, files);
  assert.equal(await built(made), "#!/bin/sh two \n");
  files["build.env"] = "WORD=three";
  change(made, files);
  assert.equal(await built(made), "#!/bin/sh two three\n");
  files["build.before"] = "touch made-before";
  change(made, files);
  await built(made);
  assert.ok(readdirSync(made.cwd).includes("made-before"));
});

test("env.files and drain.timeout count from the next generation on", (t) => {
  const folder = temporaryFolder(t);
  write(folder, { one: "WORD=one\n", two: "WORD=two\n" });
  const settings = { ...settingsWithPolicy({ "env.files": join(folder, "one") }) };
  const program = serviceProgram(
    settings,
    (id) => id,
    ({ path }) => assert.fail(path),
  );
  const seen = () => {
    const { env } = program({ id: "a", content: "a" });
    return [env.WORD, env.HOTPOD_DRAIN];
  };
  assert.deepEqual(seen(), ["one", "25000ms"]);
  const files = { "env.files": join(folder, "two"), "drain.timeout": "7s" };
  Object.assign(settings, settingsWithPolicy(files));
  assert.deepEqual(seen(), ["two", "7000ms"]);
});

test("store.keep counts at the next collection", async (t) => {
  const settings = { ...settingsWithPolicy({}) };
  const dir = join(temporaryFolder(t), "store");
  const store = openStore(dir, () => settings.store.keep);
  assert.ok(store.ok);
  t.after(() => store.value.close());
  const ids: string[] = [];
  for (const text of ["1", "2", "3"]) {
    const output = store.value.newOutput();
    assert.ok(output.ok);
    writeFileSync(output.value, text);
    const adopted = await store.value.adopt(output.value, text);
    assert.ok(adopted.ok);
    ids.push(adopted.value.artifact.id);
  }
  const kept = () => ids.filter((id) => store.value.has(id)).length;
  store.value.collect([]);
  assert.equal(kept(), 3);
  Object.assign(settings, settingsWithPolicy({ "store.keep": "1" }));
  store.value.collect([]);
  assert.equal(kept(), 1);
});
