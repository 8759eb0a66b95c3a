import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject } from "#cli/check/load-project.js";
import { RULES } from "#rules/catalogue.js";
import { judge } from "#rules/judge/judge.js";
import { reloadSubjects } from "#rules/reload/reload-subject.js";
import { PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

const FOLDER = "test/rules/fixtures";
const project = (...argv: string[]) => loadProject(readCheckOptions(argv)).project;
const shown = (...argv: string[]): string[] =>
  reloadSubjects(project(...argv)).map(
    ({ container, use }) => `${container?.name ?? "-"} ${use.program} ${use.config?.file ?? "-"}`,
  );

test("a file that a container takes is judged with the container, and once", () => {
  const folder = `${FOLDER}/HP1001/fires-in-a-pod`;
  const file = `${folder}/.air.toml`;
  assert.deepEqual(shown(folder), [`api air ${file}`]);
  assert.deepEqual(shown(folder, file, "--reload-config", file), [`api air ${file}`]);
});

test("a file that no container takes is judged alone", () => {
  const file = `${FOLDER}/HP1001/fires-defaults.toml`;
  assert.deepEqual(shown(file), [`- air ${file}`]);
  assert.deepEqual(shown(`${FOLDER}/HP1001/fires-fresh.yaml`, file), [
    "api fresh -",
    `- air ${file}`,
  ]);
});

test("the subject of a file alone is the file", () => {
  const file = `${FOLDER}/HP1003/fires-air.toml`;
  const rules = RULES.filter(({ id }) => id === "HP1003");
  const [found] = judge(project(file), rules).findings;
  assert.deepEqual(
    [found?.subject.kind, found?.subject.name, found?.subject.object, found?.subject.container],
    ["File", file, null, null],
  );
});

test("containers without a tool are asked where the rule has something to say of them", () => {
  const [first] = RULES.filter(({ judge: { of } }) => of === "reload");
  const asked: string[] = [];
  const rule: Rule = {
    ...(first as Rule),
    judge: {
      of: "reload",
      judge: ({ use }) => {
        asked.push(use.program);
        return PASS;
      },
      others: ({ name }) => {
        asked.push(name);
        return PASS;
      },
    },
  };
  judge(project(`${FOLDER}/HP1001/fires-fresh.yaml`, `${FOLDER}/HP1010/fires-container.yaml`), [
    rule,
  ]);
  assert.deepEqual(asked, ["fresh", "api"]);
});

test("a file that cannot be parsed is a problem with its place, and is not judged", (t) => {
  const file = join(temporaryFolder(t), "air.toml");
  writeFileSync(file, "[build]\ndelay = = 0\n");
  const loaded = loadProject(readCheckOptions([file]));
  assert.deepEqual(
    loaded.problems.map(({ where }) => where),
    [`${file}:2:9`],
  );
  assert.deepEqual(judge(loaded.project, RULES).findings, []);
});

test("whatever a configuration says, rules answer", (t) => {
  const folder = temporaryFolder(t);
  const values = [
    "0",
    "-1",
    "1.5",
    "true",
    '""',
    '"x y"',
    "[]",
    "[1, [2]]",
    '["*", "a"]',
    "{ a = 1 }",
  ];
  const keys =
    "cmd bin full_bin entrypoint delay send_interrupt kill_delay stop_on_error pre_cmd include_ext exclude_dir include_dir exclude_file exclude_regex include_file exclude_unchanged";
  const file = join(folder, "air.toml");
  for (const value of values) {
    for (const key of keys.split(" ")) {
      writeFileSync(file, `root = ${value}\ntmp_dir = ${value}\n[build]\n${key} = ${value}\n`);
      const { open, findings } = judge(project(file), RULES);
      assert.ok(open.length + findings.length > 0, `${key} = ${value}`);
    }
    writeFileSync(file, `build = ${value}\nproxy = ${value}\n`);
    judge(project(file), RULES);
  }
});
