/** A mistake in what was given, for a person. */
export interface InputProblem {
  /** `timings.json:3:12`, `--saves`, or `--saves, column 7`. */
  readonly where: string;
  readonly what: string;
  readonly hint: string;
}
