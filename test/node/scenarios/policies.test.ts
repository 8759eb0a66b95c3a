/** Exported policies in the API server itself, which warns of what they find. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { writeYaml } from "#manifest/text/write-yaml.js";
import { celPolicy, isCustom } from "#policy/cel-policy.js";
import { EXPORTED, type ExportedRule, needsInventory } from "#policy/exported.js";
import { exportedFiles } from "#policy/forms/forms.js";
import { type Case, cases } from "#test/judges/cases.js";
import { run } from "#test/node/cluster/kubectl.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { asksAbout } from "#test/policy/differences.js";

const NAMESPACE = "policies";
/** Of each rule, so many examples that it fires on and so many that it does not. */
const EACH = 1;

const exported = EXPORTED.filter(
  (one) => !needsInventory(one) && !celPolicy(one.condition, one.rule).kinds.every(isCustom),
);

test("the API server says of the examples what their CEL says", { timeout: 240_000 }, async (t) => {
  const { files } = exportedFiles("admission-policy", exported, {
    action: "warn",
    customResources: false,
  });
  const policies = files.map(({ text }) => text).join("---\n");
  await run("kubectl", ["create", "namespace", NAMESPACE]);
  t.after(async () => {
    await run("kubectl", ["delete", "--ignore-not-found", "--filename", "-"], policies);
    await run("kubectl", ["delete", "namespace", NAMESPACE, "--wait=false"]);
  });
  await run("kubectl", ["apply", "--filename", "-"], policies);
  const asked = choose(cases());
  // A new binding works some seconds later, each in its own time: what is not there yet is asked for again.
  let open = asked;
  await eventually("the policies are in force", 120_000, async () => {
    const before = open.length;
    open = await filtered(open, async (one) => (await rulesSaid(one)) !== rulesOf(one));
    tell(`${asked.length - open.length} of ${asked.length} examples are judged as their CEL says`);
    return open.length === 0 || open.length === before ? true : null;
  });
  const said = await Promise.all(open.map(async (one) => `${one.name}: ${await rulesSaid(one)}`));
  assert.deepEqual(
    said,
    open.map((one) => `${one.name}: ${rulesOf(one)}`),
  );
  assert.ok(asked.length > exported.length);
});

async function filtered<T>(all: readonly T[], holds: (one: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (const one of all) if (await holds(one)) kept.push(one);
  return kept;
}

function choose(all: readonly Case[]): readonly Case[] {
  const possible = all.filter(({ object }) => isBuiltIn(object) && isNew(object));
  const chosen = exported.flatMap(({ condition, rule }: ExportedRule) => {
    const mine = possible.filter((one) => asksAbout(condition, one));
    const own = mine.filter(({ name }) => name.startsWith(`${rule.id}/`));
    const firing = [...own, ...mine].filter(({ fires }) => rule.id in fires).slice(0, EACH);
    return [...firing, ...own.filter(({ fires }) => !(rule.id in fires)).slice(0, EACH)];
  });
  return [...new Set(chosen)];
}

const isBuiltIn = ({ apiVersion }: Record<string, unknown>): boolean =>
  ["v1", "apps/v1", "batch/v1", "networking.k8s.io/v1"].includes(String(apiVersion));

/** What is there already cannot be created. */
const isNew = ({ metadata }: Record<string, unknown>): boolean =>
  !Object.hasOwn(metadata as object, "resourceVersion");

function rulesOf({ fires }: Case): string {
  const there = new Set(exported.map(({ rule }) => rule.id));
  const rules = Object.keys(fires).filter((rule) => there.has(rule));
  return rules.sort().join(" ");
}

/** The rules that the API server warns of when the object is created, which it is not. */
async function rulesSaid(one: Case): Promise<string> {
  const metadata = { ...(one.object.metadata as object), namespace: NAMESPACE };
  const warnings = await dryRun(writeYaml({ ...one.object, metadata }));
  // What the node's own settings forbid is no question to a policy.
  if (warnings.includes("Forbidden: disallowed by cluster policy")) return rulesOf(one);
  const found = [...warnings.matchAll(/Policy 'hotpod-(hp\d+)-/g)].map(([, id = ""]) =>
    id.toUpperCase(),
  );
  return found.length === 0 && warnings.includes("rror")
    ? warnings
    : [...new Set(found)].sort().join(" ");
}

function dryRun(text: string): Promise<string> {
  const args = ["create", "--dry-run=server", "--namespace", NAMESPACE, "--filename", "-"];
  return new Promise((resolve) => {
    const child = execFile("kubectl", args, { timeout: 30_000 }, (_error, _out, stderr) => {
      resolve(stderr);
    });
    child.stdin?.end(text);
  });
}
