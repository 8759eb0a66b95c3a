/** `hotpod ctl policy`: the answer is the table itself, so every row reads the same as in --explain. */
export function policyText(rows: Readonly<Record<string, PolicyRow>>): string {
  const width = Math.max(...Object.keys(rows).map((key) => key.length));
  return Object.entries(rows)
    .map(
      ([key, { value, cold }]) =>
        `${key.padEnd(width)}  ${cold ? "cold" : "hot "}  ${value ?? "-"}`,
    )
    .join("\n");
}

export interface PolicyRow {
  readonly value: string | null;
  readonly cold: boolean;
}
