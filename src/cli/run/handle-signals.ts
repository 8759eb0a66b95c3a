import type { CaughtSignals } from "#edge/caught-signals.js";
import { terminalIsGone } from "#edge/surroundings.js";
import type { Emit } from "#ports/emit.js";

export interface SignalActions {
  readonly emit: Emit;
  /** A person sits in front. */
  readonly terminal: boolean;
  readonly readSettings: () => void;
  readonly logStatus: () => void;
}

/** What each signal means to a supervisor. What it does not interpret belongs to the service. */
export function handleSignals(signals: CaughtSignals, actions: SignalActions): void {
  const { emit, terminal } = actions;
  signals.deliverTo((signal) => {
    switch (signal) {
      case "SIGTERM":
      case "SIGINT":
        return emit({ kind: "stop-requested", signal, terminal });
      case "SIGUSR2":
        return emit({ kind: "reload-requested" });
      case "SIGUSR1":
        return actions.logStatus();
      case "SIGHUP":
        // The window was closed: nobody is left who could stop this.
        if (terminal && terminalIsGone()) {
          return emit({ kind: "stop-requested", signal: "SIGTERM", terminal });
        }
        return actions.readSettings();
      case "SIGPIPE":
        return;
      default:
        return emit({ kind: "signal-received", signal });
    }
  });
}
