/** Acts on all, at most so many at a time; answers in their order. */
export async function inBatches<T, R>(
  atOnce: number,
  all: readonly T[],
  act: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) {
      results[index] = await act(all[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, work));
  return results;
}
