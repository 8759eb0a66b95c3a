/** The GitHub Action's own steps, with the environment that GitHub gives them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { load } from "js-yaml";

interface Step {
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action = load(readFileSync("action.yml", "utf8")) as Action;

const POD = `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api
      image: api:1
      livenessProbe:
        httpGet: { path: /healthz, port: 8080 }
        failureThreshold: 1
`;

/** Runs the steps in a folder of its own, as GitHub would with these inputs. */
function runAction(t: TestContext, inputs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-action-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "with blank"));
  writeFileSync(join(folder, "with blank", "pod.yaml"), POD);
  writeFileSync(
    join(folder, "fine.yaml"),
    POD.replace("failureThreshold: 1", "failureThreshold: 3"),
  );
  const value = (name: string): string => inputs[name] ?? action.inputs[name]?.default ?? "";
  let status = 0;
  let output = "";
  for (const { run, env = {} } of action.runs.steps) {
    const given = Object.entries(env).map(([key, text]) => [
      key,
      text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, name: string) => value(name)),
    ]);
    const step = spawnSync("bash", ["-e", "-o", "pipefail", "-c", run], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME, GITHUB_ACTION_PATH: resolve(".") },
        ...{ GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") },
        ...Object.fromEntries(given),
      },
    });
    status = step.status ?? -1;
    output += step.stdout + step.stderr;
    if (status !== 0) break;
  }
  const read = (name: string): string => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  return { status, output, read };
}

test("findings are annotations on their lines, a summary, SARIF and an exit code", (t) => {
  const { status, output, read } = runAction(t, {
    paths: "with blank\nfine.yaml\n",
    "fail-on": "warning",
    "sarif-file": "out.sarif",
  });
  assert.match(output, /^::warning file=with blank\/pod\.yaml,line=10,.*HP210/m);
  assert.equal(status, 1);
  assert.match(read("output"), /^exit-code=1$/m);
  assert.match(read("summary"), /HP210 one-strike-liveness/);
  const sarif = JSON.parse(read("out.sarif")) as { runs: { results: { ruleId: string }[] }[] };
  assert.ok(sarif.runs[0]?.results.some(({ ruleId }) => ruleId === "HP210"));
});

test("nothing found is a success", (t) => {
  const { status, read } = runAction(t, { paths: "fine.yaml", "fail-on": "info" });
  assert.equal(status, 0);
  assert.match(read("output"), /^exit-code=0$/m);
});

test("nothing in an input is taken for a command or a flag", (t) => {
  const hostile = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "--fix",
    "fine.yaml\n&& touch pwned",
  ];
  for (const one of hostile) {
    const { read, status, output } = runAction(t, {
      paths: one,
      baseline: one.split("\n")[0] ?? "",
    });
    assert.equal(read("pwned"), "", one);
    assert.equal(status, 2, `${one}: ${output}`);
    assert.match(read("with blank/pod.yaml"), /failureThreshold: 1/);
  }
});

test("the pre-commit hook names a command that is there", () => {
  const [hook] = load(readFileSync(".pre-commit-hooks.yaml", "utf8")) as {
    entry: string;
    files: string;
  }[];
  assert.ok(existsSync(hook?.entry ?? ""), hook?.entry);
  const files = new RegExp(hook?.files ?? "");
  for (const name of ["a/deploy.yaml", "Dockerfile", "app/Dockerfile.dev", ".air.toml"]) {
    assert.match(name, files);
  }
  assert.doesNotMatch("main.go", files);
});
