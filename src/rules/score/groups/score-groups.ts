import { ASKED } from "#rules/score/counting-rules.js";
import type { Indicator } from "#rules/score/indicators/indicator.js";
import type { GroupScore, GroupState, ScoreContext } from "#rules/score/score-workload.js";
import type { WorkloadVerdicts } from "#rules/score/verdicts/workload-verdicts.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import type { Answer, Earned } from "./answer.js";
import type { RuleGroup, ValueGroup } from "./point-group.js";

/** The groups of an indicator for one workload. What does not apply leaves its points to the others of its group. */
export function scoreGroups(
  indicator: Indicator,
  workload: WorkloadSubject,
  verdicts: WorkloadVerdicts,
  context: ScoreContext,
  assumed: ReadonlySet<string>,
): readonly GroupScore[] {
  const scene = { indicator, workload, verdicts, context, assumed };
  return indicator.groups.flatMap((group) =>
    "rules" in group ? ofRules(group, scene) : [ofValue(group, scene)],
  );
}

interface Scene {
  readonly indicator: Indicator;
  readonly workload: WorkloadSubject;
  readonly verdicts: WorkloadVerdicts;
  readonly context: ScoreContext;
  readonly assumed: ReadonlySet<string>;
}

function ofValue(group: ValueGroup, scene: Scene): GroupScore {
  const { indicator, workload, verdicts, context, assumed } = scene;
  const id = `${indicator.id}.${group.key}`;
  const answer = answerOf(id, verdicts, assumed, () =>
    group.of(workload, {
      shareOf: (rule) => shareOf(rule, verdicts, assumed),
      log: context.logOf(workload),
      goSums: context.goSums,
      dockerIgnores: context.dockerIgnores,
    }),
  );
  const share = assumed.has(id) && answer.share !== "absent" ? 1 : answer.share;
  return { id, group, answer, rules: NONE, ...pointsOf(group.points, share) };
}

const NONE: readonly string[] = [];

/** Of the same verdicts the same answers, however much else is assumed. */
const ANSWERS = new WeakMap<WorkloadVerdicts, Map<string, Answer>>();

function answerOf(
  id: string,
  verdicts: WorkloadVerdicts,
  assumed: ReadonlySet<string>,
  ask: () => Answer,
): Answer {
  if (ASKED.some((rule) => assumed.has(rule))) return ask();
  const known = ANSWERS.get(verdicts) ?? new Map<string, Answer>();
  ANSWERS.set(verdicts, known);
  const answer = known.get(id) ?? ask();
  known.set(id, answer);
  return answer;
}

function ofRules(group: RuleGroup, scene: Scene): readonly GroupScore[] {
  const { indicator, verdicts, assumed } = scene;
  const known = (id: string): Earned => shareOf(id, verdicts, assumed);
  const applying = group.rules.filter((id) => known(id) !== "absent");
  if (group.how === "share") {
    const points = group.points / Math.max(1, applying.length);
    return group.rules.map((id) => ofRule(group, [id], points, known(id), indicator));
  }
  if (group.how === "first") {
    const decided = applying.find((id) => known(id) !== "unknown") ?? applying[0];
    const [first = ""] = group.rules;
    const id = decided ?? first;
    return [ofRule(group, [id], group.points, known(id), indicator)];
  }
  const shares = applying.map(known);
  const failed = shares.some((one) => typeof one === "number" && one < 1);
  const share = failed ? 0 : shares.includes("unknown") ? "unknown" : 1;
  const all = applying.length === 0 ? "absent" : share;
  return [ofRule(group, group.rules, group.points, all, indicator)];
}

/** Of a rule that is not there nothing is known. */
function shareOf(rule: string, verdicts: WorkloadVerdicts, assumed: ReadonlySet<string>): Earned {
  const share = verdicts.of(rule)?.share ?? "unknown";
  return assumed.has(rule) && share !== "absent" ? 1 : share;
}

function ofRule(
  group: RuleGroup,
  rules: readonly string[],
  points: number,
  share: Earned,
  { id }: Indicator,
): GroupScore {
  return { id: `${id}.${rules.join("+")}`, group, answer: null, rules, ...pointsOf(points, share) };
}

function pointsOf(
  points: number,
  share: Earned,
): { readonly state: GroupState; readonly points: number; readonly earned: number | null } {
  if (share === "absent") return { state: "not applicable", points: 0, earned: 0 };
  if (share === "unknown") return { state: "unknown", points, earned: null };
  const state = share >= 1 ? "earned" : share <= 0 ? "lost" : "partly";
  return { state, points, earned: points * share };
}
