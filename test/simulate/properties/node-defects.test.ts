import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { type NodeDefect, nodeDefects } from "./defects/node-defects.js";

const CASES = Number(process.env.DEFECT_CASES ?? 10_000);

for (const defect of nodeDefects) {
  test(`broken on purpose and found out: ${defect.name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "hotpod-defect-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const found = await huntIn(brokenCopy(folder, defect));
    assert.ok(found !== null, `${CASES} lives did not show it`);
    const { seed, violations } = found;
    const said = violations.map(({ watches, detail }) => `${watches}: ${detail}`).join("; ");
    const expected = violations.some(({ watches }) => defect.breaks.includes(watches));
    assert.ok(expected, `seed ${seed} breaks ${said}`);
    t.diagnostic(`seed ${seed}: ${said}`);
  });
}

function brokenCopy(folder: string, { file, find, replace }: NodeDefect): string {
  cpSync("src", join(folder, "src"), { recursive: true });
  cpSync("package.json", join(folder, "package.json"));
  cpSync("tsconfig.json", join(folder, "tsconfig.json"));
  cpSync("test/simulate/properties/defects/hunt-child.ts", join(folder, "hunt-child.ts"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes(find), `${file} does not hold ${JSON.stringify(find)} any more`);
  writeFileSync(path, text.replaceAll(find, replace));
  return folder;
}

interface Found {
  readonly seed: number;
  readonly violations: readonly { readonly watches: string; readonly detail: string }[];
}

function huntIn(folder: string): Promise<Found | null> {
  const flags = ["-C", "source", "--import", "tsx", "hunt-child.ts", `${CASES}`];
  const child = spawn(process.execPath, flags, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  return new Promise((settle, fail) => {
    child.on("close", (code) => {
      if (code === 0) settle(JSON.parse(out) as Found | null);
      else fail(new Error(`the hunt ended with ${code}`));
    });
  });
}
