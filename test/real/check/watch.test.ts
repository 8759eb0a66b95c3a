import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

const pod = (threshold: number): string => `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api
      image: api:1
      livenessProbe:
        httpGet: { path: /healthz, port: 8080 }
        failureThreshold: ${threshold}
`;

test("check --watch tells what a save brings and takes away, and nothing else", {
  timeout: 60_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-watch-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "pod.yaml");
  const save = (text: string): void => {
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  };
  save(pod(1));
  const args = ["-C", "source", "--import", "tsx", "src/cli/main.ts", "check", folder, "--watch"];
  const child = spawn(process.execPath, args, {
    cwd: resolve("."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((settle) => child.on("exit", () => settle()));
  t.after(() => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const until = async (pattern: RegExp): Promise<string> => {
    let text = "";
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) assert.fail(`it ended before ${pattern}: ${text}`);
      text += `${value}\n`;
      if (pattern.test(value)) return text;
    }
  };
  assert.match(await until(/^1 warning in 1 workload/), /HP210 one-strike-liveness/);
  save(pod(3));
  assert.match(await until(/nothing is left/), /gone HP210 one-strike-liveness/);
  save(`${pod(3)}# a comment changes nothing\n`);
  save("apiVersion: v1\nkind: Pod\n  metadata: [\n");
  await until(/^unread|hotpod:/);
  save(pod(1));
  assert.match(await until(/^1 warning in 1 workload/), /HP210/);
  child.kill("SIGINT");
  await ended;
});
