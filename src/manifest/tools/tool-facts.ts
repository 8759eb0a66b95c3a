import type { ReloadTool, StopStep } from "#model/reload-tool.js";

/** One row of the table: a tool in a range of its versions. */
export interface ToolFacts {
  /** As `--tool` names it. */
  readonly name: string;
  /** Its program's name. */
  readonly program: string;
  /** From (included) and before (excluded); null: not bounded as far as its sources were read. */
  readonly from: string;
  readonly before: string | null;
  readonly facts: Omit<ReloadTool, "name" | "versions">;
}

const S = 1_000_000;
const kill = (to: StopStep["to"]): StopStep => ({ signal: "SIGKILL", waitUs: 0, to });
const stop = (
  signal: StopStep["signal"],
  to: StopStep["to"],
  seconds: number | null,
): StopStep => ({
  signal,
  waitUs: seconds === null ? null : seconds * S,
  to,
});

/** What most tools have in common; a row says what it does differently. */
const PLAIN = {
  settleFrom: "last",
  contentHash: false,
  buildOut: "inPlace",
  builds: true,
  onAppExit: "stay",
  overlap: false,
  socket: "own",
  livenessBy: "app",
  reapsOrphans: false,
} as const;

/** Tools that stop the service, then run a command that usually builds and starts it. */
const RUNS_A_COMMAND = {
  ...PLAIN,
  stopWhen: "beforeBuild",
  onBuildFail: "stop",
  changeDuringBuild: "cancel",
} as const;

/**
 * Reload tools, read in their sources and tried with real processes. Times and signals are their defaults; `readTool` lays
 * a tool's own configuration over them.
 */
export const TOOL_FACTS: readonly ToolFacts[] = [
  {
    name: "air",
    program: "air",
    from: "1.65.2",
    before: null,
    facts: {
      ...PLAIN,
      settleUs: 1 * S,
      settleFrom: "first",
      stopWhen: "afterBuild",
      stop: [kill("tree")],
      onBuildFail: "rerunOld",
      onTerm: [kill("tree")],
      changeDuringBuild: "cancel",
    },
  },
  {
    name: "air-old",
    program: "air",
    from: "1.40.0",
    before: "1.65.2",
    facts: {
      ...PLAIN,
      settleUs: 1 * S,
      settleFrom: "first",
      stopWhen: "beforeBuild",
      stop: [kill("tree")],
      onBuildFail: "rerunOld",
      onTerm: [kill("tree")],
      changeDuringBuild: "cancel",
    },
  },
  {
    name: "compiledaemon",
    program: "CompileDaemon",
    from: "1.4.0",
    before: null,
    facts: {
      ...PLAIN,
      settleUs: 0.9 * S,
      stopWhen: "afterBuild",
      stop: [kill("process")],
      onBuildFail: "keepOld",
      onTerm: [kill("process")],
      changeDuringBuild: "queue",
    },
  },
  {
    name: "fresh",
    program: "fresh",
    from: "0",
    before: null,
    facts: {
      ...PLAIN,
      settleUs: 0.6 * S,
      settleFrom: "first",
      stopWhen: "afterBuild",
      stop: [kill("process")],
      onBuildFail: "keepOld",
      // It has no handler: it ends at once, and as PID 1 the kernel ends everything with it.
      onTerm: [kill("tree")],
      changeDuringBuild: "queue",
    },
  },
  {
    name: "reflex",
    program: "reflex",
    from: "0.3.0",
    before: null,
    facts: {
      ...RUNS_A_COMMAND,
      settleUs: 0.3 * S,
      stop: [stop("SIGINT", "group", 0.5), kill("group")],
      onTerm: [stop("SIGINT", "group", 0.5), kill("group")],
    },
  },
  {
    name: "wgo",
    program: "wgo",
    from: "0.5.0",
    before: null,
    facts: {
      ...RUNS_A_COMMAND,
      settleUs: 0.3 * S,
      stop: [stop("SIGTERM", "group", null)],
      buildOut: "immutable",
      onTerm: [stop("SIGTERM", "group", null)],
    },
  },
  {
    name: "nodemon",
    program: "nodemon",
    from: "2.0.0",
    before: null,
    facts: {
      ...RUNS_A_COMMAND,
      settleUs: 0,
      stop: [stop("SIGUSR2", "tree", null)],
      onTerm: [stop("SIGTERM", "tree", null)],
    },
  },
  {
    name: "entr",
    program: "entr",
    from: "5.0",
    before: null,
    facts: {
      ...RUNS_A_COMMAND,
      settleUs: 0,
      stop: [stop("SIGTERM", "group", null)],
      onTerm: [stop("SIGTERM", "group", null)],
      reapsOrphans: true,
    },
  },
  {
    name: "watchexec",
    program: "watchexec",
    from: "2.0.0",
    before: null,
    facts: {
      ...RUNS_A_COMMAND,
      settleUs: 0.05 * S,
      stop: [stop("SIGTERM", "group", 10), kill("group")],
      onTerm: [stop("SIGTERM", "group", 10), kill("group")],
      reapsOrphans: true,
    },
  },
];
