import { exitCodeOf } from "#kubelet/stop/exit-code-of.js";
import type { Micros } from "#model/life/life-event.js";
import type { ServiceModel } from "#simulate/life/life-input.js";
import type { ListenerMode } from "#simulate/life/traffic/listener.js";
import type { Content, ProgramHost } from "./program.js";

/** One process of the service, from its start to its end. */
export interface App {
  readonly number: number;
  readonly content: Content;
  /** `stopping`: told to stop, no longer listening. */
  readonly state: "starting" | "ready" | "hung" | "stopping" | "ended";
  /** What a new connection to its own socket meets. */
  mode(): ListenerMode;
  signal(signal: string): void;
  hang(): void;
  crash(): void;
  /** SIGKILL to its container took it along: nothing of it happens any more, and nobody is told. */
  abandon(): void;
}

export interface AppEvents {
  /** It answers well from now on. */
  ready(app: App): void;
  /** It has another state now; not called for the end. */
  changed(app: App): void;
  ended(app: App, exitCode: number): void;
}

export interface AppStart {
  readonly number: number;
  readonly content: Content;
  readonly startUs: Micros;
  /** A process that is PID 1 is spared signals it does not handle. */
  readonly pidOne: boolean;
  /** From the stop signal to the end, for a program that drains. */
  readonly drainUs: () => Micros;
}

export function startApp(host: ProgramHost, given: AppStart, events: AppEvents): App {
  let state: App["state"] = "starting";
  const { content, number } = given;
  const { service } = host.input;

  const end = (exitCode: number): void => {
    if (state === "ended") return;
    state = "ended";
    events.ended(app, exitCode);
  };
  const become = (next: "ready" | "hung" | "stopping"): void => {
    state = next;
    events.changed(app);
  };
  const leave = (afterUs: Micros, exitCode: number): void => {
    if (state === "stopping" || state === "ended") return;
    become("stopping");
    host.after(afterUs, () => end(exitCode));
  };
  const obey = (signal: string): void => takeSignal(signal, { host, given, leave, end });

  const app: App = {
    number,
    content,
    get state() {
      return state;
    },
    mode() {
      switch (state) {
        case "ready":
          return "ok";
        case "hung":
          return "silent";
        case "starting":
          return STARTING[service.whileStarting];
        case "stopping":
        case "ended":
          return "closed";
      }
    },
    signal: (signal) => (signal === "SIGKILL" ? end(137) : obey(signal)),
    hang() {
      if (state === "ready" || state === "starting") become("hung");
    },
    crash: () => end(1),
    abandon() {
      state = "ended";
    },
  };
  const { outcome } = content;
  if (outcome.kind === "crash") host.after(outcome.afterUs, () => end(1));
  if (outcome.kind !== "neverReady") {
    host.after(given.startUs, () => {
      if (state !== "starting") return;
      become("ready");
      events.ready(app);
    });
  }
  return app;
}

interface Signalled {
  readonly host: ProgramHost;
  readonly given: AppStart;
  readonly leave: (afterUs: Micros, exitCode: number) => void;
  readonly end: (exitCode: number) => void;
}

/** Any signal but SIGKILL, by what the program does about them. */
function takeSignal(signal: string, { host, given, leave, end }: Signalled): void {
  const { onTerm } = host.input.service;
  switch (onTerm.kind) {
    case "exits":
      leave(onTerm.afterUs, onTerm.code);
      return;
    case "drains":
      leave(given.drainUs(), onTerm.code);
      return;
    case "go-default":
      // Go's runtime handles what it is not told about: USR1 and USR2 do nothing.
      if (signal === "SIGTERM" || signal === "SIGINT" || signal === "SIGHUP") {
        end(given.pidOne ? 2 : exitCodeOf(signal));
      }
      return;
    case "default":
      if (!given.pidOne) end(exitCodeOf(signal));
      return;
    case "ignores":
      return;
  }
}

const STARTING: Readonly<Record<ServiceModel["whileStarting"], ListenerMode>> = {
  refused: "closed",
  silent: "silent",
  "503": "5xx",
};
