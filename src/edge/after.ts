/** Calls back once, after `ms`; keeps nobody from leaving. */
export function after(ms: number, act: () => void): void {
  setTimeout(act, ms).unref();
}
