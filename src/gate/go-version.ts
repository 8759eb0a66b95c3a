/** `go1.26.8` is older than `1.27`. A pre-release (`go1.27rc1`) is older than its release; what has no number is older than nothing. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [partsOf(version), partsOf(than)];
  if (a === null || b === null) return false;
  for (let at = 0; at < 4; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const FORM = /(\d+)\.(\d+)(?:\.(\d+))?(?:(rc|beta)(\d+))?/;
const RELEASE = 1_000_000;

/** Major, minor, patch, and how far a pre-release is. */
function partsOf(text: string): readonly number[] | null {
  const [whole, major, minor, patch, kind, number] = FORM.exec(text) ?? [];
  if (whole === undefined) return null;
  const stage = kind === undefined ? RELEASE : (kind === "rc" ? 1_000 : 0) + Number(number);
  return [Number(major), Number(minor), Number(patch ?? 0), stage];
}
