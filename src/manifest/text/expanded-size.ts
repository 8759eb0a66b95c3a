/**
 * How many values a document holds once every alias is written out; Infinity for one that contains itself. Shared values
 * are counted once and multiplied, so that a document that explodes is measured without exploding.
 */
export function expandedSize(value: unknown): number {
  const known = new Map<object, number>();
  const size = (one: unknown): number => {
    if (typeof one !== "object" || one === null) return 1;
    const before = known.get(one);
    if (before !== undefined) return before;
    known.set(one, Number.POSITIVE_INFINITY);
    let total = 1;
    for (const child of Array.isArray(one) ? one : Object.values(one)) total += size(child);
    known.set(one, total);
    return total;
  };
  return size(value);
}
