/** Until Ctrl-C or SIGTERM; from the call on these no longer end the process, so that it can clean up. */
export function interruption(): Promise<"SIGINT" | "SIGTERM" | "SIGHUP"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => resolve(signal));
    }
  });
}
