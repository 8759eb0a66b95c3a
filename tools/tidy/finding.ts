/** One thing that breaks a rule of the house. `line` counts from 1; 0 stands for the whole file or folder. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  /** What is wrong and what to do instead, in one sentence. */
  readonly message: string;
  /** A warning is printed and forgiven. */
  readonly warning?: true;
}

export function formatFinding(finding: Finding): string {
  const place = finding.line > 0 ? `${finding.path}:${finding.line}` : finding.path;
  return `${place}  ${finding.warning ? "warning " : ""}${finding.rule}: ${finding.message}`;
}
