import type { Source } from "#manifest/text/source.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
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
  when: "GOSUMDB=off, or GONOSUMDB, GOPRIVATE or GOINSECURE is *, in a Dockerfile or a container's variables.",
  remedy: "Restrict it to the private prefix: GOPRIVATE=git.corp.example/*.",
  fires: "GONOSUMDB=*",
  quiet: "GOPRIVATE=git.corp.example/*",
  judge: { of: "project", judge: judgeVariables },
};

const OFF = /\b(GOSUMDB[= ]["']?off\b(?!\.)|(GONOSUMDB|GOPRIVATE|GOINSECURE)=["']?\*["']?(\s|,|$))/;

function judgeVariables({ dockerfiles, workloads }: Project): Outcome {
  const found: { text: string; at: Source }[] = [];
  for (const { stages } of dockerfiles) {
    for (const { instructions } of stages) {
      for (const { keyword, text, region } of instructions) {
        if (["ENV", "ARG", "RUN"].includes(keyword))
          found.push({ text, at: { kind: "text", region } });
      }
    }
  }
  for (const container of workloads.flatMap((one) => one.containers)) {
    for (const [index, { name, value }] of container.container.env.entries()) {
      if (name.startsWith("GO") && value !== null) {
        found.push({ text: `${name}=${value}`, at: container.at("env", index, "value") });
      }
    }
  }
  if (found.length === 0) return NOT_APPLICABLE;
  const faults = found.flatMap(({ text, at }) => {
    const match = OFF.exec(text)?.[1];
    if (match === undefined) return [];
    const setting = match.trim().replace(/,$/, "");
    const message = `With ${setting} a new module is taken as the proxy sends it.`;
    return [{ severity: "warning" as const, at, message, evidence: setting }];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}
