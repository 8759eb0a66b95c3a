import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { pid1Program, sharesPids } from "#rules/pod/pid1.js";
import { fails, NOT_APPLICABLE, type Outcome, open } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const runtimeIgnoresTermAsPid1: Rule = {
  id: "HP405",
  name: "runtime-ignores-term-as-pid1",
  severity: "warning",
  reason: "L",
  inputs: "W,(D|I)?",
  exports: "KVR",
  fix: "suggest",
  title: "PID 1 has no TERM handler, so every stop takes the full grace and ends with 137.",
  why: "The kernel discards signals with their default action when they go to process 1 of a container. node, python and sleep survive SIGTERM there, although the same program ends at once elsewhere.",
  when: "Process 1 is sleep, tail or cat; or node, python or ruby whose code is known to have no handler (check.handlesTerm: false).",
  remedy:
    "Put tini -- in front, if the image has it; handle SIGTERM; as a placeholder: sh -c 'trap \"exit 0\" TERM; sleep infinity & wait'.",
  fires: "command: [tail, -f, /dev/null]",
  quiet: "dumb-init node server.js",
  judge: { of: "container", judge: judgeProgram },
};

const DEAF = new Set(["sleep", "tail", "cat"]);
const PLACEHOLDER = ["sh", "-c", 'trap "exit 0" TERM; sleep infinity & wait'];

function judgeProgram(subject: ContainerSubject): Outcome {
  const program = pid1Program(subject);
  if (subject.isInit || program === null || sharesPids(subject)) return NOT_APPLICABLE;
  const isRuntime = /^(node|python[\d.]*|ruby)$/.test(program);
  if (!DEAF.has(program) && !isRuntime) return NOT_APPLICABLE;
  if (isRuntime) {
    const { handlesTerm } = fieldsOf(fieldsOf(subject.project.hotpodYaml?.value).check);
    if (handlesTerm === true || !subject.isHot) return NOT_APPLICABLE;
    if (handlesTerm !== false)
      return open("H", "check.handlesTerm in hotpod.yaml: whether the program handles SIGTERM");
  }
  const placeholder = program === "sleep" || program === "tail";
  return fails({
    severity: "warning",
    at: subject.at("command"),
    message: `As process 1, ${program} never sees SIGTERM, so every stop takes the whole grace period.`,
    ...(placeholder && subject.container.args === null
      ? {
          fix: suggestedFix(
            "a placeholder that ends at SIGTERM",
            setInContainer(subject, ["command"], PLACEHOLDER),
          ),
        }
      : {}),
  });
}
