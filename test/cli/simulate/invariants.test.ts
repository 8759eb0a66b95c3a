/** `hotpod simulate check-invariants` and `replay`, as a person calls them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

function simulate(...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync("./hotpod", ["simulate", ...args], {
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

test("rules that hold are said to hold", () => {
  const { stdout, status } = simulate("check-invariants", "--cases", "60", "--seed", "40");
  const said = "60 random lives under hotpod (seeds 40 to 99): every rule held.\n";
  assert.deepEqual([status, stdout], [0, said]);
});

test("what is broken is shown at its simplest, and its token shows it again byte for byte", () => {
  const found = simulate("check-invariants", "--cases", "2", "--tool", "air");
  assert.equal(found.status, 1, found.stderr);
  assert.match(found.stdout, /^I1: shop-0\/api at \d+s: clients meet closed \(swap\)\n/);
  const [finding = "", summary] = found.stdout.split("\n\n");
  assert.match(
    summary ?? "",
    /^2 random lives under air \(seeds 1 to 2\): I1 is broken in [12]\.\n$/,
  );
  const token = /hps1\.\S+/.exec(found.stdout)?.[0] ?? "";
  const again = simulate("replay", token);
  assert.equal(again.status, 1);
  assert.ok(again.stdout.startsWith(`${finding}\n\n`), again.stdout);
  assert.match(again.stdout, /\n +\d+\.\d{6} {2}\S/);
  assert.equal(simulate("replay", token).stdout, again.stdout);

  const lines = simulate("replay", token, "--json").stdout.trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line));
  assert.deepEqual(events.at(-1).violations[0].rule, "I1");
  assert.equal(events.filter(({ ev }) => ev === "save").length, 1);
});

test("a defect of one's choice is found, as JSON too", () => {
  const args = ["--cases", "8", "--defect", "stop-during-prestop", "--json"];
  const { stdout, status } = simulate("check-invariants", ...args);
  const lines = stdout.trimEnd().split("\n");
  const [finding, summary] = lines.map((line) => JSON.parse(line));
  assert.equal(status, 1);
  assert.deepEqual(
    [finding.schema, finding.defect, finding.violations[0].rule],
    ["hotpod.finding/v1", "stop-during-prestop", "K16"],
  );
  assert.ok(finding.case.some(({ value }: { value: string }) => /preStop \d+s/.test(value)));
  assert.deepEqual(
    [summary.schema, summary.cases, summary.broken[0].rule],
    ["hotpod.invariants/v1", 8, "K16"],
  );
});

test("bad input is refused with 2", () => {
  const other = `hps1.${Buffer.from("9;2;hotpod;;").toString("base64url")}`;
  for (const [args, message] of [
    [["replay", "foo"], /"foo" is no replay token\n {2}A token begins with hps1\./],
    [["replay", other], /cannot be replayed here: it is of version 9/],
    [["check-invariants", "--cases", "many"], /--cases "many" is not a whole number/],
    [["check-invariants", "--tool", "airr"], /unknown tool "airr"\n {2}Did you mean "air"\?/],
    [["check-invariants", "--defect", "no-prestopp"], /Did you mean --defect no-prestop\?/],
  ] as const) {
    const { status, stderr } = simulate(...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, message);
  }
});
