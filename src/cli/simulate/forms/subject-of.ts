import { UserError } from "#base/user-error.js";
import { inputError } from "#cli/simulate/input-error.js";
import { choice } from "#cli/simulate/option-values.js";
import { findTool } from "#manifest/tools/find-tool.js";
import { seededDefects } from "#simulate/properties/defects/seeded-defects.js";
import type { Subject } from "#simulate/properties/examine-case.js";

/** `hotpod`, or a tool of the table; and what is broken of hotpod or its node on purpose. */
export function subjectOf(tool: string, broken: string | undefined, where: string): Subject {
  const names = seededDefects.map(({ name }) => name);
  const name = choice("--defect", broken, names, null);
  const defect = seededDefects.find((one) => one.name === name) ?? null;
  if (tool === "hotpod") return { name: tool, reload: "hotpod", defect };
  if (defect !== null) {
    throw new UserError({
      code: "simulate-option",
      message: `--defect ${defect.name} is one of hotpod's simulation, not of ${tool}'s`,
      hint: "Leave --tool or --defect out.",
    });
  }
  const found = findTool(tool, where);
  if (!found.ok) throw inputError("reload-tool", [found.error]);
  return { name: tool, reload: { kind: "tool", tool: found.value }, defect };
}
