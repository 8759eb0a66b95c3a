/** What has to be closed at the end, the last opened first. */
export interface Closers {
  add(close: () => void | Promise<void>): void;
  /** Closes everything once, whatever one of them does; resolves when all have ended or `timeoutMs` is over. */
  closeAll(timeoutMs: number): Promise<void>;
}

export function createClosers(): Closers {
  const stack: (() => void | Promise<void>)[] = [];
  return {
    add: (close) => {
      stack.push(close);
    },
    closeAll: async (timeoutMs) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      for (let close = stack.pop(); close !== undefined; close = stack.pop()) {
        await Promise.race([
          Promise.resolve()
            .then(close)
            .catch(() => {}),
          late,
        ]);
      }
      clearTimeout(timer);
    },
  };
}
