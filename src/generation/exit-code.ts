import type { Exit } from "#model/generation.js";

/** Linux, every architecture Node runs on there. */
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** As a shell tells it: the code, or 128 and the signal's number; 128 for a signal without a known number. */
export function exitCodeOf(exit: Exit): number {
  if (exit.kind === "code") return exit.code;
  return 128 + (SIGNAL_NUMBERS[exit.signal] ?? realTimeNumber(exit.signal));
}

/** `SIGRTMIN+3`; 0 for anything else. */
function realTimeNumber(signal: string): number {
  const SIGRTMIN = 34;
  const offset = /^SIGRTMIN\+(\d+)$/.exec(signal)?.[1];
  return offset === undefined ? 0 : SIGRTMIN + Number(offset);
}
