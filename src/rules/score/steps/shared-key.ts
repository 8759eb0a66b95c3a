import { regionOf } from "#manifest/text/source.js";
import type { Candidate } from "./candidates.js";
import type { ChangeState } from "./change-state.js";

/**
 * Where a step is done, if others may have the same place: a file that is no workload's own document, or the template of a chart that
 * rendered it. null: it is the workload's own.
 */
export function sharedKey(
  { about, at, fix }: Candidate,
  { score, base }: ChangeState,
): string | null {
  const own = score.workload.object.document;
  const foreign = (fix?.changes ?? []).flatMap((change) => {
    if (!("path" in change)) {
      return [`${change.file} ${"key" in change ? `${change.table}.${change.key}` : change.start}`];
    }
    if (change.document === own) return [];
    const { file, linesBefore } = change.document;
    return [`${file}:${linesBefore + 1} ${change.path.join(".")}`];
  });
  if (foreign.length > 0) return foreign.join(", ");
  const isOwn = at === null || at.kind === "said" || (at.kind === "field" && at.document === own);
  if (!isOwn) {
    const region = regionOf(at);
    return region === null ? null : `${region.file}:${region.line} ${about.join(" ")}`;
  }
  const template = /^# Source: (\S+)\s*$/m.exec(base.text.slice(0, 4_096))?.[1];
  return template === undefined ? null : `${template} ${about.join(" ")}`;
}
