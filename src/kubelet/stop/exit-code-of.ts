const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};

/** The exit code of a container whose PID 1 died of a signal. */
export function exitCodeOf(signal: string): number {
  return 128 + (NUMBERS[signal] ?? 9);
}
