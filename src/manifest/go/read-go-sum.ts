export interface GoSum {
  /** `h1:…`, of the module's files. */
  readonly sum: string;
  readonly line: number;
}

/** `path version` → checksum, of the modules themselves; those of their go.mod alone are left out. */
export function readGoSum(text: string): ReadonlyMap<string, GoSum> {
  const sums = new Map<string, GoSum>();
  for (const [index, line] of text.split("\n").entries()) {
    const [path, version, sum] = line.trim().split(/\s+/);
    if (path === undefined || version === undefined || sum === undefined) continue;
    if (!version.endsWith("/go.mod")) sums.set(`${path} ${version}`, { sum, line: index + 1 });
  }
  return sums;
}
