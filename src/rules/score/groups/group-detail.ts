import type { Source } from "#manifest/text/source.js";
import type { Figure, Missing } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { GroupScore, WorkloadScore } from "#rules/score/score-workload.js";
import type { RuleVerdict } from "#rules/score/verdicts/workload-verdicts.js";

/** What a group is about, in words. */
export interface GroupDetail {
  readonly name: string;
  readonly formula: string;
  /** What was put in. */
  readonly figures: readonly Figure[];
  readonly missing: readonly Missing[];
  /** What is wrong, in a sentence; null: nothing, or the figures say it. */
  readonly message: string | null;
  readonly at: Source | null;
  /** What to do about it. */
  readonly step: string;
}

export function groupDetail(
  score: GroupScore,
  { verdicts }: Pick<WorkloadScore, "verdicts">,
  all: readonly Rule[],
): GroupDetail {
  const { group, answer, points, rules: ids, state } = score;
  if ("of" in group) {
    const { name, formula, step } = group;
    const { figures, missing } = answer ?? { figures: [], missing: [] };
    const at = answer?.at ?? null;
    return { name, formula, figures, missing, message: null, at, step };
  }
  const rules = all.filter(({ id }) => ids.includes(id));
  const each = ids.map((id) => verdicts.of(id)).filter((one): one is RuleVerdict => one !== null);
  const finding = each.flatMap(({ findings }) => findings)[0];
  const [only] = rules;
  const unread = ids.filter((id) => verdicts.of(id) === null).join(", ");
  const unjudged = state === "unknown" && unread !== "";
  const worth = Math.round(10 * (points === 0 ? group.points : points)) / 10;
  return {
    name: only !== undefined && rules.length === 1 ? only.name : ids.join(", "),
    formula:
      ids.length === 1
        ? `${worth} if ${ids[0]} passes, half of it at info`
        : `${worth} if all of ${ids.join(", ")} pass`,
    figures: finding?.fault.figures ?? [],
    missing: each.flatMap((one) => one.missing),
    message: finding?.fault.message ?? (unjudged ? `This version does not judge ${unread}.` : null),
    at: finding?.fault.at ?? null,
    step: finding?.fault.remedy ?? finding?.rule.remedy ?? only?.remedy ?? "",
  };
}
