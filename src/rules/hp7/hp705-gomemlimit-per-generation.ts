import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { swapOf } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { bytesText } from "#rules/subject/figure.js";

export const gomemlimitPerGeneration: Rule = {
  id: "HP705",
  name: "gomemlimit-per-generation",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "GOMEMLIMIT allows each generation almost the whole container.",
  why: "GOMEMLIMIT is per process. Two generations that overlap may use twice its value before Go's garbage collector minds.",
  when: "A literal GOMEMLIMIT times the generations that run at once is above the memory limit.",
  remedy:
    "Divide the limit, less 64 Mi for the supervisor and a tenth, by the generations that run at once.",
  fires: "a limit of 512 Mi, GOMEMLIMIT 460MiB, overlap.",
  quiet: "the same without overlap.",
  judge: { of: "container", judge: judgeLimit },
};

const SUPERVISOR_BYTES = 64 * 2 ** 20;
const SHARE = 0.9;

function judgeLimit(subject: ContainerSubject): Outcome {
  const index = subject.container.env.findLastIndex(({ name }) => name === "GOMEMLIMIT");
  const overlaps = swapOf(subject).mode === "overlap";
  if (!subject.isHot || index < 0 || !overlaps) return NOT_APPLICABLE;
  const limit = subject.container.resources.limits.memoryBytes;
  const each = goBytes(subject.container.env[index]?.value ?? null);
  if (each === null) return open("W", "a literal value of GOMEMLIMIT");
  if (limit === null) return open("W", "a memory limit of the container");
  const generations = 2 + (subject.settings?.policy.maxDraining ?? 0);
  if (each * generations <= limit) return PASS;
  const wanted = Math.floor((SHARE * (limit - SUPERVISOR_BYTES)) / generations / 2 ** 20);
  return fails({
    severity: "warning",
    at: subject.at("env", index, "value"),
    message: `${generations} generations may use ${bytesText(each)} each before they collect, and the limit is ${bytesText(limit)}.`,
    figures: [
      { name: "GOMEMLIMIT", value: bytesText(each), source: "env" },
      { name: "generations", value: String(generations), source: "old, new and draining ones" },
    ],
    ...(wanted > 0
      ? {
          fix: suggestedFix(
            `GOMEMLIMIT ${wanted}MiB`,
            setInContainer(subject, ["env", index, "value"], `${wanted}MiB`),
          ),
        }
      : {}),
  });
}

/** As Go's runtime reads it: a number with an optional unit B, KiB, MiB, GiB or TiB. */
function goBytes(text: string | null): number | null {
  const match = /^(\d+)(B|KiB|MiB|GiB|TiB)?$/.exec(text ?? "");
  if (match === null) return null;
  const power = ["B", "KiB", "MiB", "GiB", "TiB"].indexOf(match[2] ?? "B");
  return Number(match[1]) * 1024 ** power;
}
