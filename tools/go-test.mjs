// node tools/go-test.mjs: go vet, go build and go test -race in every Go module of sdk/ and examples/,
// with the same closing lines as the other suites. Exit 1 if anything failed.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

const modules = ["sdk", "examples"]
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name === "go.mod" && !entry.parentPath.includes("node_modules"))
      .map((entry) => entry.parentPath),
  )
  .sort();

const env = { GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly", ...process.env };
let [passed, failed] = [0, 0];

for (const folder of modules) {
  console.log(`▶ ${folder}`);
  for (const command of [
    ["vet", "./..."],
    ["build", "-o", "/dev/null", "./..."],
  ]) {
    const { status } = spawnSync("go", command, { cwd: folder, env, stdio: "inherit" });
    count(status === 0, `go ${command[0]}`);
  }
  test(folder);
}

console.log(`ℹ pass ${passed}\nℹ fail ${failed}`);
process.exitCode = failed > 0 || modules.length === 0 ? 1 : 0;

/** Counts every test by its own event; a package that does not build or dies outside a test counts as one. */
function test(folder) {
  const { stdout, stderr, status, error } = spawnSync("go", ["test", "-race", "-json", "./..."], {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
  const output = new Map();
  let failedTests = 0;
  for (const event of parse(stdout ?? "")) {
    const name = [event.Package, event.Test].filter(Boolean).join(" ");
    if (event.Action === "output") output.set(name, `${output.get(name) ?? ""}${event.Output}`);
    if (event.Action !== "pass" && event.Action !== "fail") continue;
    if (event.Action === "fail") process.stdout.write(output.get(name) ?? "");
    if (event.Test !== undefined) count(event.Action === "pass", event.Test);
    if (event.Test !== undefined && event.Action === "fail") failedTests += 1;
  }
  if (status !== 0 && failedTests === 0) {
    process.stdout.write(`${stderr ?? ""}${error ?? ""}\n`);
    count(false, "go test -race");
  }
}

function count(good, name) {
  if (good) passed += 1;
  else failed += 1;
  console.log(`${good ? "✔" : "✖"} ${name}`);
}

function parse(text) {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}
