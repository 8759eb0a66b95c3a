// Loaded before anything else, so it imports next to nothing: what reaches a Node PID 1 before its handlers is lost.
import { isatty } from "node:tty";

/**
 * Every signal that can be caught and belongs to somebody. Not ILL, BUS, FPE, SEGV (a real fault would loop), nor the
 * ones that share a number with another (IOT, POLL, UNUSED). Catching USR1 keeps Node's inspector shut.
 */
const CAUGHT = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTRAP",
  "SIGABRT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCONT",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
] as const;

/** Job control of a shell: on a terminal these stop and continue hotpod itself. */
const JOB_CONTROL: readonly string[] = ["SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU"];

/** Node ignores these; without a handler of ours they would kill. Errors of the calls tell the same. */
const IGNORED: readonly string[] = ["SIGPIPE", "SIGXFSZ"];

export interface CaughtSignals {
  /** From now on signals go there; those that came before go there first. */
  deliverTo(sink: (signal: NodeJS.Signals) => void): void;
  /** This command is not a supervisor: signals mean what they mean to any program, those that came before too. */
  release(): void;
}

export function catchSignals(): CaughtSignals {
  const early: NodeJS.Signals[] = [];
  let sink = (signal: NodeJS.Signals): void => {
    early.push(signal);
  };
  const caught = (signal: NodeJS.Signals): void => sink(signal);
  const jobs = process.pid !== 1 && isatty(0);
  const names = CAUGHT.filter((name) => !(jobs && JOB_CONTROL.includes(name)));
  for (const name of names) process.on(name, caught);
  return {
    deliverTo: (next) => {
      sink = next;
      for (const signal of early.splice(0)) next(signal);
    },
    release: () => {
      sink = () => {};
      for (const name of names) if (!IGNORED.includes(name)) process.off(name, caught);
      for (const signal of early.splice(0)) process.kill(process.pid, signal);
    },
  };
}
