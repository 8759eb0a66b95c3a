import type { DockerInstruction } from "#manifest/dockerfile/read-dockerfile.js";
import type { Source } from "#manifest/text/source.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { scriptLines } from "#rules/script/script-lines.js";
import type { Project } from "#rules/subject/project.js";

export const checksumCheckOff: Rule = {
  id: "HP605",
  name: "checksum-check-off",
  severity: "warning",
  reason: "X",
  inputs: "D|S|W",
  exports: "KVR",
  fix: "none",
  title: "New modules are accepted without the checksum database.",
  why: "What is in go.sum already is still compared; what is new is trusted blindly.",
  when: "GOSUMDB=off, or GONOSUMDB, GOPRIVATE or GOINSECURE is * or covers a public host as a whole, in a Dockerfile or a container's variables.",
  remedy: "Restrict it to the private prefix: GOPRIVATE=git.corp.example/*.",
  fires: "GONOSUMDB=*",
  quiet: "GOPRIVATE=git.corp.example/*",
  judge: { of: "project", judge: judgeVariables },
};

/** Hosts whose modules everybody may publish. */
const PUBLIC = [
  "github.com",
  "gitlab.com",
  "bitbucket.org",
  "golang.org",
  "google.golang.org",
  "gopkg.in",
];

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly at: Source;
}

function judgeVariables({ dockerfiles, workloads, scripts }: Project): Outcome {
  const settings: Setting[] = [];
  const instructions = dockerfiles.flatMap(({ stages }) =>
    stages.flatMap((stage) => stage.instructions),
  );
  for (const one of instructions) {
    const at = { kind: "text" as const, region: one.region };
    settings.push(...settingsIn(one).map((each) => ({ ...each, at })));
  }
  for (const container of workloads.flatMap((one) => one.containers)) {
    for (const [index, { name, value }] of container.container.env.entries()) {
      if (value !== null) settings.push({ name, value, at: container.at("env", index, "value") });
    }
  }
  for (const { text, at } of scripts.flatMap(scriptLines)) {
    settings.push(...assigned(text).map((each) => ({ ...each, at })));
  }
  const containers = settings.some(({ name }) => name.startsWith("GO"));
  if (instructions.length === 0 && !containers) return NOT_APPLICABLE;
  const faults = settings.flatMap(({ name, value, at }) => {
    if (!isOff(name, value)) return [];
    const setting = `${name}=${value}`;
    const message = `With ${setting} a new module is taken as the proxy sends it.`;
    return [{ severity: "warning" as const, at, message, evidence: setting }];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

/** ENV and ARG in either form, and what a RUN sets for its commands. */
function settingsIn({ keyword, text, variables }: DockerInstruction) {
  if (keyword === "ENV" || keyword === "ARG") {
    return variables.flatMap(({ name, value }) =>
      value === null ? [] : [{ name, value: unquoted(value) }],
    );
  }
  if (keyword !== "RUN") return [];
  return assigned(text);
}

/** In shell with `=`, in a workflow's `env:` with `: `. */
function assigned(text: string) {
  const found = text.matchAll(
    /\b(GOSUMDB|GONOSUMDB|GOPRIVATE|GOINSECURE)(?:=|: +)("[^"]*"|'[^']*'|[^\s;&|]*)/g,
  );
  return [...found].map(([, name = "", value = ""]) => ({ name, value: unquoted(value) }));
}

const unquoted = (value: string): string => value.trim().replace(/^(["'])(.*)\1$/s, "$2");

function isOff(name: string, value: string): boolean {
  if (name === "GOSUMDB") return value === "off";
  if (!["GONOSUMDB", "GOPRIVATE", "GOINSECURE"].includes(name)) return false;
  return value.split(",").some((pattern) => coversPublic(pattern.trim()));
}

/** Of a whole host: a part of one may well be private. */
function coversPublic(pattern: string): boolean {
  const host = pattern.replace(/(\/\*)+$/, "");
  if (host === "*") return true;
  const suffix = /^\*(\.\w+)$/.exec(host)?.[1];
  return PUBLIC.some((one) => one === host || (suffix !== undefined && one.endsWith(suffix)));
}
