import { regionOf, type Source } from "#manifest/text/source.js";
import type { Project } from "#rules/subject/project.js";
import { silencedBy } from "./interactions.js";
import type { Judged, Judgement } from "./judge.js";
import {
  commentFor,
  concerns,
  type Suppression,
  suppressionsOf,
  type WhyNotContext,
  whyNot,
} from "./suppression.js";

/** Why a finding is set aside. */
export interface Aside {
  readonly by: "annotation" | "comment" | "config" | "interaction";
  readonly justification: string;
}

export interface SetAside {
  readonly aside: ReadonlyMap<Judged, Aside>;
  /** Words that were meant for a finding and do not count, with the reason. */
  readonly refused: ReadonlyMap<Judged, { readonly at: Source; readonly why: string }>;
  /** Words that are in order and that no finding is there for, although their rule could be judged. */
  readonly idle: readonly Suppression[];
}

/** `texts`: every file by its name, for comments. */
export function setAside(
  project: Project,
  { findings, open }: Judgement,
  texts: ReadonlyMap<string, string>,
): SetAside {
  const aside = new Map<Judged, Aside>();
  const refused = new Map<Judged, { at: Source; why: string }>();
  for (const [one, by] of silencedBy(findings)) {
    aside.set(one, { by: "interaction", justification: `${by} says it` });
  }
  const words = suppressionsOf(project);
  const lines = commentedLines(texts);
  const used = new Set<Suppression>();
  for (const one of findings) {
    const meant = words.filter((each) => concerns(each, one));
    for (const each of meant) used.add(each);
    if (aside.has(one)) continue;
    const comment = commentAt(one, lines);
    for (const each of comment === null ? meant : [...meant, comment]) {
      const why = whyNot(each, contextOf(project, one));
      if (why === null) aside.set(one, { by: each.by, justification: each.reason });
      else refused.set(one, { at: each.at, why });
    }
  }
  const unjudged = new Set(open.map(({ rule }) => rule.id));
  const idle = words.filter(
    (each) =>
      !used.has(each) &&
      project.ruleIds.has(each.rule) &&
      !unjudged.has(each.rule) &&
      whyNot(each, contextOf(project, null)) === null,
  );
  return { aside, refused, idle };
}

function contextOf({ parameters }: Project, finding: Judged | null): WhyNotContext {
  return { finding, today: parameters.today, profile: parameters.profile };
}

function commentedLines(
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [file, text] of texts) {
    if (text.includes("hotpod:ignore")) found.set(file, text.split("\n"));
  }
  return found;
}

/** On the finding's line, or the one above. */
function commentAt(
  finding: Judged,
  lines: ReadonlyMap<string, readonly string[]>,
): Suppression | null {
  const region = lines.size === 0 ? null : regionOf(finding.fault.at);
  const text = region === null ? undefined : lines.get(region.file);
  if (region === null || text === undefined) return null;
  const [own, above] = [text[region.line - 1] ?? "", text[region.line - 2] ?? ""];
  const at = finding.fault.at;
  return commentFor(own, finding.rule.id, at) ?? commentFor(above, finding.rule.id, at);
}

/** Why findings of a project count or do not: `false`, somebody says there is none; `accepted`, it is there and left so. */
export function standings(
  project: Project,
  texts: ReadonlyMap<string, string>,
): (finding: Judged) => "counts" | "accepted" | "false" {
  const words = suppressionsOf(project);
  const lines = commentedLines(texts);
  return (finding) => {
    const comment = commentAt(finding, lines);
    const meant = words.filter((each) => concerns(each, finding));
    const heard = (comment === null ? meant : [...meant, comment]).filter(
      (each) => whyNot(each, contextOf(project, finding)) === null,
    );
    if (heard.some((each) => each.class === "false-positive")) return "false";
    return heard.length > 0 ? "accepted" : "counts";
  };
}
