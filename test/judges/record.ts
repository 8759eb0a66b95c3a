// node test/judges/record.ts: keeps what `make judges` has shown, so that `make test` can tell when it has to be shown again.
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { EXPORTED } from "#policy/exported.js";
import { conftestFiles } from "#policy/forms/conftest.js";
import { fingerprint, RECORD, type Recorded, WASM } from "#test/policy/recorded.js";
import { cases } from "./cases.js";
import { ask, BIN, workFolder, write } from "./engines.js";
import { JUDGE_REGO } from "./judge-rego.js";

const folder = workFolder();
for (const { name, text } of conftestFiles(EXPORTED, null)) write(folder, `policy/${name}`, text);
write(folder, "policy/judge.rego", JUDGE_REGO);
ask("opa", ["build", "-t", "wasm", "-e", "judge/fires", "policy", "-o", "bundle.tar.gz"], {
  folder,
});
writeFileSync(
  WASM,
  gzipSync(wasmIn(gunzipSync(readFileSync(join(folder, "bundle.tar.gz")))), { level: 9 }),
);

const record: Recorded = {
  fingerprint: fingerprint(),
  engines: Object.fromEntries(
    ["opa", "conftest", "gator", "kyverno", "k8scel"].map((name) => [
      name,
      readlinkSync(join(BIN, name)).replace(`${name}-`, ""),
    ]),
  ),
  cases: cases().length,
};
writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`);
console.log(`recorded ${record.cases} examples in ${RECORD}`);

/** Of a tar file: headers of 512 bytes, each with a name and a size in octal, and contents in blocks of 512. */
function wasmIn(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = tar.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(tar.toString("utf8", at + 124, at + 136), 8) || 0;
    if (name.endsWith("policy.wasm")) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error("opa made no policy.wasm");
}
