import type { Micros } from "./life/life-event.js";

/**
 * A reload tool as data: what it does with the old program and when. Facts by tool and version; a tool's own
 * configuration file overrides them. hotpod itself is no such table: it is simulated by its own core.
 */
export interface ReloadTool {
  readonly name: string;
  /** The range of versions these facts were read for: `≥1.65.2`. */
  readonly versions: string;
  /** From the change to the first thing done. */
  readonly settleUs: Micros;
  /** Which event of a burst the settling time counts from. */
  readonly settleFrom: "first" | "last";
  /** True: equal content starts nothing. */
  readonly contentHash: boolean;
  readonly stopWhen: "beforeBuild" | "afterBuild" | "afterReady";
  /** Signals in order, each with the time it is given; null: waits as long as it takes. */
  readonly stop: readonly StopStep[];
  readonly buildOut: "inPlace" | "immutable";
  /** There is nothing to build: the command is run again (`reflex -s`, `nodemon` on an interpreter). */
  readonly builds: boolean;
  readonly onBuildFail: "keepOld" | "stop" | "rerunOld";
  readonly onAppExit: "stay" | "exit" | "rerun";
  /** What reaches the program when the kubelet sends the stop signal to the tool; null: nothing. */
  readonly onTerm: readonly StopStep[] | null;
  readonly overlap: boolean;
  readonly socket: "own" | "inherited";
  readonly changeDuringBuild: "ignore" | "queue" | "cancel" | "parallel";
  readonly livenessBy: "app" | "supervisor";
  readonly reapsOrphans: boolean;
}

export interface StopStep {
  readonly signal: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGUSR2" | "SIGHUP";
  readonly waitUs: Micros | null;
  readonly to: "process" | "group" | "tree";
}
