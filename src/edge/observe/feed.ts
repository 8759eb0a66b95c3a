/** A list that grows, and what somebody waits for in it. */
export interface Feed<T> {
  readonly items: readonly T[];
  push(item: T): void;
  /** Nothing comes any more: whoever waits, now or later, is told why. */
  end(why: string): void;
  /**
   * The first item at or after index `from` that `match` accepts, come or still to come. Rejects after `timeoutMs` or at the
   * end of the feed with an Error that names `what`.
   */
  until(what: string, match: (item: T) => boolean, from: number, timeoutMs: number): Promise<T>;
}

export function createFeed<T>(): Feed<T> {
  const items: T[] = [];
  const waiting = new Set<{ look: (item: T) => void; fail: (why: string) => void }>();
  let ended: string | null = null;
  return {
    items,
    push: (item) => {
      items.push(item);
      for (const one of [...waiting]) one.look(item);
    },
    end: (why) => {
      ended ??= why;
      for (const one of [...waiting]) one.fail(ended);
    },
    until: (what, match, from, timeoutMs) => {
      const known = items.slice(from).find(match);
      if (known !== undefined) return Promise.resolve(known);
      if (ended !== null) return Promise.reject(new Error(`${what}: ${ended}`));
      return new Promise<T>((resolve, reject) => {
        const settle = (act: () => void): void => {
          clearTimeout(timer);
          waiting.delete(one);
          act();
        };
        const fail = (why: string): void => settle(() => reject(new Error(`${what}: ${why}`)));
        const one = {
          look: (item: T) => {
            if (match(item)) settle(() => resolve(item));
          },
          fail,
        };
        const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
        waiting.add(one);
      });
    },
  };
}
