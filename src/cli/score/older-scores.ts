import { UserError } from "#base/user-error.js";
import { readInputText } from "#cli/simulate/load-manifests.js";
import { SCORE_SCHEMA } from "#report/score/score-json.js";
import { type ServiceScore, type Since, serviceName } from "#report/score/score-report.js";
import { fieldsOf } from "#rules/subject/fields.js";

/** Totals of an older report. */
export interface OlderScores {
  readonly totals: ReadonlyMap<string, number>;
  readonly median: number | null;
}

/** Of a file that `hotpod score --format json` wrote. */
export function olderScores(file: string): OlderScores {
  const value = jsonOf(readInputText(file));
  const report = fieldsOf(value);
  const { services } = report;
  if (report.schema !== SCORE_SCHEMA || !Array.isArray(services)) throw noReport(file);
  const totals = new Map(
    services
      .map(fieldsOf)
      .flatMap(({ namespace, kind, name, total }) =>
        typeof total === "number" ? [[`${namespace}/${kind}/${name}`, total] as const] : [],
      ),
  );
  const { median } = fieldsOf(report.fleet);
  return { totals, median: typeof median === "number" ? median : null };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function noReport(file: string): UserError {
  return new UserError({
    code: "bad-previous",
    message: `${file} is no report of hotpod score`,
    hint: `Write one now, and compare with it later: hotpod score … --format json --out ${file}`,
  });
}

const BORDER = 60;

/** What has become of everybody since then. */
export function sinceOf(
  services: readonly ServiceScore[],
  { totals, median: before }: OlderScores,
  median: number | null,
): Since {
  const known = services.filter((one) => one.before !== null);
  const crossed = (is: (total: number, before: number) => boolean): string[] =>
    known
      .filter((one) => is(one.total, one.before ?? 0))
      .map(serviceName)
      .toSorted();
  const now = new Set(services.map(serviceName));
  return {
    median: before === null || median === null ? null : median - before,
    risen: crossed((total, was) => was < BORDER && total >= BORDER),
    fallen: crossed((total, was) => was >= BORDER && total < BORDER),
    come: services
      .filter((one) => one.before === null)
      .map(serviceName)
      .toSorted(),
    gone: [...totals.keys()].filter((name) => !now.has(name)).toSorted(),
  };
}
