import type { FieldChange } from "#manifest/edit/changed-value.js";
import type { Source } from "#manifest/text/source.js";
import { isRest } from "#rules/fix/recheck.js";
import { evidenceOf } from "#rules/judge/evidence.js";
import type { Judged } from "#rules/judge/judge.js";
import type { Fix } from "#rules/rule/fix.js";
import { cappingFindings, type GroupScore, scoreVerdicts } from "#rules/score/score-workload.js";
import {
  type ChangeContext,
  type ChangeState,
  withFix,
  withUnwritten,
  written,
} from "./change-state.js";

/** Something that can be done about a score. */
export interface Candidate {
  /** The same in every state it can be done in. */
  readonly key: string;
  readonly kind: "safe" | "suggested" | "by hand";
  readonly effort: number;
  readonly title: string;
  /** Of rules and groups. */
  readonly about: readonly string[];
  readonly at: Source | null;
  readonly fix: Fix | null;
  /** null: it cannot be done. */
  readonly tried: (context: ChangeContext) => ChangeState | null;
  /** The same, with the texts that patches are made of. */
  readonly done: (context: ChangeContext) => ChangeState | null;
}

const EFFORT: Readonly<Record<Candidate["kind"], number>> = {
  safe: 0.25,
  suggested: 1,
  "by hand": 3,
};

/** In a fixed order: patches, then what a person has to do. */
export function candidatesOf(state: ChangeState, context: ChangeContext): readonly Candidate[] {
  const findings = standing(state, context);
  const patches = findings.flatMap((finding) => patchOf(finding, state));
  return [...unique(patches), ...underHotpod(state), ...unique(byHand(state, context))];
}

/** What nobody has seen to, or said to be left as it is. */
function standing({ score, assumed }: ChangeState, context: ChangeContext): readonly Judged[] {
  return score.verdicts.all
    .flatMap(({ findings }) => findings)
    .filter((one) => !assumed.has(one.rule.id) && context.standing(one) === "counts");
}

const unique = (all: readonly Candidate[]): Candidate[] => [
  ...new Map(all.map((one) => [one.key, one])).values(),
];

function patchOf(finding: Judged, state: ChangeState): Candidate[] {
  const { fix } = finding.fault;
  if (fix === undefined) return [];
  const tried = (context: ChangeContext): ChangeState | null => {
    const after = withFix(state, fix, context);
    return after === null || isHarmful(finding, state, after) ? null : after;
  };
  return [
    {
      key: `fix ${evidenceOf(finding)}`,
      kind: fix.kind,
      effort: EFFORT[fix.kind],
      title: fix.title,
      about: [finding.rule.id],
      at: finding.fault.at,
      fix,
      tried,
      done: (context) => {
        const after = tried(context);
        return after === null ? null : written(state, after, fix);
      },
    },
  ];
}

/** As `hotpod check` sees it: a fix that leaves its finding there, or brings another one, is not offered. */
function isHarmful(finding: Judged, before: ChangeState, after: ChangeState): boolean {
  const known = new Set(findingsOf(before).map(evidenceOf));
  const own = evidenceOf(finding);
  const now = findingsOf(after);
  return (
    now.some((one) => !known.has(evidenceOf(one)) && !isRest(one, finding)) ||
    now.some((one) => evidenceOf(one) === own && one.severity === finding.severity)
  );
}

const findingsOf = ({ score }: ChangeState): Judged[] =>
  score.verdicts.all.flatMap(({ findings }) => findings);

/** hotpod in the place of another reload tool: tried out with its defaults, and never as a patch, for its command is for people to write. */
function underHotpod(state: ChangeState): Candidate[] {
  const { workload } = state.score;
  const { document } = workload.object;
  return workload.running.flatMap((one): Candidate[] => {
    if (one.reload === null || one.isManaged || one.isSidecar) return [];
    const args: FieldChange[] =
      one.container.args === null ? [] : [{ kind: "remove", path: [...one.path, "args"] }];
    const change: FieldChange = {
      kind: "set",
      path: [...one.path, "command"],
      value: ["hotpod", "run"],
    };
    const tried = (context: ChangeContext): ChangeState | null =>
      withUnwritten(state, [...args, change], context);
    return [
      {
        key: `hotpod ${one.name}`,
        kind: "by hand",
        // Another process 1, and another image.
        effort: 2 * EFFORT["by hand"],
        title: `hotpod run instead of ${one.reload.program} in ${one.title}`,
        about: ["M10.tool", "M10.gap"],
        at: { kind: "field", document, path: [...one.path, "command"] },
        fix: null,
        tried,
        done: tried,
      },
    ];
  });
}

/** Every group that is not wholly earned, and every error that caps: what it would bring if somebody saw to it. */
function byHand(state: ChangeState, context: ChangeContext): Candidate[] {
  const groups = state.score.indicators.flatMap(({ groups: all }) => all);
  const wanting = groups.filter(({ state: is }) => is === "lost" || is === "partly");
  const capping = cappingFindings(state.score.verdicts, state.assumed, context);
  return [
    ...wanting.flatMap((group) => seenTo(group, groups, state, context)),
    ...capping.map(({ rule, fault }) =>
      assuming([rule.id], fault.remedy ?? rule.remedy, fault.at, state),
    ),
  ];
}

/** One person's step may be about several groups that ask for the same. */
function seenTo(
  group: GroupScore,
  all: readonly GroupScore[],
  state: ChangeState,
  context: ChangeContext,
): Candidate[] {
  const { verdicts } = state.score;
  if ("of" in group.group) {
    const { step } = group.group;
    const same = all.filter((one) => "of" in one.group && one.group.step === step);
    const ids = same.map(({ id }) => id);
    return [assuming(ids, step, group.answer?.at ?? null, state)];
  }
  return group.rules.flatMap((rule): Candidate[] => {
    const [first, ...others] = verdicts.of(rule)?.findings ?? [];
    if (first === undefined || state.assumed.has(rule)) return [];
    const left = [first, ...others].some((one) => context.standing(one) !== "counts");
    if (left) return [];
    return [assuming([rule], first.fault.remedy ?? first.rule.remedy, first.fault.at, state)];
  });
}

function assuming(
  ids: readonly string[],
  title: string,
  at: Source | null,
  state: ChangeState,
): Candidate {
  const tried = (context: ChangeContext): ChangeState => {
    const assumed = new Set([...state.assumed, ...ids]);
    const { workload, verdicts } = state.score;
    return { ...state, assumed, score: scoreVerdicts(workload, verdicts, context, assumed) };
  };
  return {
    key: `hand ${ids.join(" ")}`,
    kind: "by hand",
    effort: EFFORT["by hand"],
    title,
    about: ids,
    at,
    fix: null,
    tried,
    done: tried,
  };
}
