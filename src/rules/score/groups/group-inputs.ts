import type { ConfigText } from "#rules/subject/project.js";
import type { Earned } from "./answer.js";

/** What groups of points know beside their workload. */
export interface GroupInputs {
  /** What a rule says of the same workload. */
  readonly shareOf: (rule: string) => Earned;
  /** Lines of the service's own log; null: none were given. */
  readonly log: readonly string[] | null;
  /** Files named go.sum. */
  readonly goSums: readonly ConfigText[];
  /** Files named .dockerignore. */
  readonly dockerIgnores: readonly ConfigText[];
}
