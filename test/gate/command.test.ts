/** The whole command on programs that the Go toolchain builds. */
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { readBinary } from "#edge/images/read-binary.js";
import { disagreeing } from "./disagreeing.js";
import {
  answers,
  buildIn,
  cleanUp,
  commit,
  copyOf,
  ENV,
  folder,
  found,
  gate,
  makeModule,
  run,
  skip,
} from "./rig.js";

after(cleanUp);

describe("hotpod gate on real programs", { skip }, () => {
  let app = "";
  let good = "";
  const head = (): string => run(app, ["git", "rev-parse", "--short", "HEAD"]);
  const message = async (id: string, args: readonly string[]): Promise<string> =>
    (await answers(args)).find((one) => one.id === id)?.message ?? "";

  before(() => {
    app = makeModule();
    good = buildIn(app, "good");
  });

  test("a good program agrees in everything, wherever it is built again", async () => {
    const { stdout, status } = gate(app, ["--binary", good, "--source", ".", "--rebuild"]);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ok +rebuild: The reference build gives the same bytes\.$/m);
    const elsewhere = copyOf(app, "elsewhere");
    // What a pipeline writes beside the sources must not count.
    const program = join(elsewhere, "program");
    copyFileSync(good, program);
    const argv = ["--binary", program, "--source", elsewhere, "--rebuild", "--stale"];
    assert.deepEqual(await found([...argv, "--platform", "linux/amd64"]), []);
  });

  test("its answers keep the schema, and other forms carry the finding", () => {
    const schema = JSON.parse(readFileSync("schema/hotpod.gate.schema.json", "utf8"));
    const validate = new Ajv2020.default({ strict: true, allowUnionTypes: true }).compile(schema);
    const bare = buildIn(app, "unstamped", ["-buildvcs=false"]);
    const as = (format: string, ...more: string[]) =>
      gate(app, ["--binary", bare, "--format", format, ...more]);
    const { stdout, status } = as("json", "--source", ".", "--stale");
    assert.equal(status, 1);
    assert.ok(validate(JSON.parse(stdout)), JSON.stringify(validate.errors));
    assert.equal(JSON.parse(as("sarif").stdout).runs[0].results[0].ruleId, "gate/revision");
    assert.match(as("junit").stdout, /<testsuite name="hotpod gate" tests="1" failures="1"/);
    assert.match(as("github").stdout, /^::error title=gate\/revision/);
    assert.equal(as("text", "--fail-on", "never").status, 0);
  });

  test("the build id that is read is the one that Go reads", () => {
    const read = readBinary(good);
    assert.ok(read.ok);
    assert.equal(read.value.buildId, run(app, ["go", "tool", "buildid", good]));
  });

  test("another commit, a tree with changes, no stamp", async () => {
    const other = copyOf(app, "other");
    appendFileSync(join(other, "main.go"), "\n// a change\n");
    const dirty = buildIn(other, "dirty");
    const check = ["--source", app, "--rebuild", "--binary"];
    assert.deepEqual(await found([...check, dirty]), ["modified error", "rebuild error"]);
    commit(other);
    const next = buildIn(other, "next");
    assert.deepEqual(await found([...check, next]), ["revision error", "rebuild error"]);
    const files = join(folder, "files");
    run(app, ["go", "build", "-trimpath", "-o", files, "main.go"]);
    assert.match(await message("revision", [...check, files]), /files were built \(go build main/);
    const bare = buildIn(app, "bare", ["-trimpath", "-buildvcs=false"]);
    assert.deepEqual(await found([...check, bare]), ["revision warning"]);
    assert.deepEqual(await found(["--binary", bare]), ["revision error"]);
  });

  test("flags of the linker that -trimpath hides have to be given", async () => {
    const flags = "-ldflags=-s -w -X main.version=1";
    const linked = buildIn(app, "linked", ["-trimpath", flags]);
    const argv = ["--binary", linked, "--source", app, "--rebuild"];
    assert.match(await message("rebuild", argv), /linked otherwise/);
    assert.deepEqual(await found(argv), ["rebuild error"]);
    assert.deepEqual(await found([...argv, "--", flags]), []);
  });

  test("without -trimpath it is compared in its own folder", async () => {
    const plain = buildIn(app, "plain", []);
    const argv = ["--binary", plain, "--rebuild", "--source"];
    assert.deepEqual(await found([...argv, app]), []);
    assert.deepEqual(await found([...argv, copyOf(app, "moved")]), ["rebuild open"]);
  });

  test("one byte that was changed after the link", async () => {
    const changed = join(folder, "changed");
    const bytes = readFileSync(good);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(changed, bytes);
    const argv = ["--binary", changed, "--source", app, "--rebuild"];
    assert.deepEqual(await found(argv), ["rebuild error"]);
    assert.match(await message("rebuild", argv), /changed after it was linked/);
  });

  test("position-independent without cgo it asks for a loader, and builds again", async () => {
    const pie = buildIn(app, "pie", ["-trimpath", "-buildmode=pie"]);
    const argv = ["--binary", pie, "--source", app, "--rebuild"];
    assert.deepEqual(await found(argv), []);
    assert.match(await message("loader", argv), /is started by \/lib/);
  });

  test("other machines: the header is read, and what is not ELF is named", async () => {
    for (const GOARCH of ["arm64", "s390x"]) {
      const program = join(folder, `for-${GOARCH}`);
      run(app, ["go", "build", "-trimpath", "-o", program, "."], { GOARCH });
      const argv = ["--binary", program, "--platform"];
      assert.deepEqual(await found([...argv, `linux/${GOARCH}`, "--revision", head()]), []);
      assert.deepEqual(await found([...argv, "linux/amd64"]), ["target error"]);
    }
    const windows = join(folder, "windows");
    run(app, ["go", "build", "-trimpath", "-o", windows, "."], { GOOS: "windows" });
    assert.match(await message("program", ["--binary", windows]), /Windows program \(PE\)/);
  });

  test("a cache that was written to, a changed go.sum, a folder, a vendor folder", async () => {
    const argv = ["--binary", good, "--source"];
    const cached = join(ENV.GOMODCACHE ?? "", "example.com/dep@v1.0.0/dep.go");
    const before = readFileSync(cached, "utf8");
    // Go makes the files of its cache read-only.
    const edit = (text: string): void => {
      rmSync(cached);
      writeFileSync(cached, text);
    };
    edit(before.replace('"dep"', '"bad"'));
    assert.deepEqual(await found([...argv, app]), ["verify error"]);
    edit(before);
    const sums = copyOf(app, "sums");
    const text = readFileSync(join(sums, "go.sum"), "utf8");
    writeFileSync(join(sums, "go.sum"), text.replace(/ v1\.0\.0 h1:.{6}/, " v1.0.0 h1:AAAAAA"));
    assert.ok((await found([...argv, sums])).includes("modules error"));
    const vendored = copyOf(app, "vendored");
    run(vendored, ["go", "mod", "vendor"]);
    commit(vendored);
    const own = buildIn(vendored, "vendored-program");
    assert.deepEqual(await found(["--binary", own, "--source", vendored, "--rebuild"]), []);
    const replaced = copyOf(app, "replaced");
    run(replaced, ["go", "mod", "edit", "-replace", "example.com/dep=../dep"]);
    commit(replaced);
    const outside = buildIn(replaced, "outside");
    assert.deepEqual(await found(["--binary", outside, "--source", replaced]), ["replace error"]);
  });

  test("without git and without Go it says what it could not compare", async () => {
    const argv = ["--binary", good, "--source", ".", "--rebuild", "--stale", "--json"];
    const { stdout, status } = gate(app, argv, { PATH: "/nowhere" });
    assert.equal(status, 1);
    const missing = ["revision open", "rebuild open", "verify open", "stale open"];
    assert.deepEqual(disagreeing(JSON.parse(stdout).answers), missing);
    const bare = copyOf(app, "without-git");
    rmSync(join(bare, ".git"), { recursive: true });
    assert.deepEqual(await found(["--binary", good, "--source", bare]), ["revision open"]);
    const named = ["--binary", good, "--source", bare, "--revision", head()];
    assert.deepEqual(await found(named), []);
  });
});
