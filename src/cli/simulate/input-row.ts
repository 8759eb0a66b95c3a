/** One input as the report shows it: what it is, what it says, and who said so. */
export interface InputRow {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}
