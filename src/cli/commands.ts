import type { CommandContext } from "./command-line.js";
import { VERSION } from "./version.js";

/** A command. What it needs is loaded when it is asked for. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  run(context: CommandContext): Promise<number>;
  help(): Promise<string>;
}

export const commands: readonly CliCommand[] = [
  {
    name: "run",
    summary: "Run a service, and keep it serving while its code changes",
    run: async (context) => (await import("./run.js")).runCommand(context),
    help: async () => (await import("./run-help.js")).runHelp(),
  },
  {
    name: "ctl",
    summary: "Ask or tell the hotpod that runs here: status, events, reload, rollback, …",
    run: async (context) => (await import("./ctl.js")).ctlCommand(context),
    help: async () => (await import("./ctl.js")).ctlHelp(),
  },
  {
    name: "push",
    summary: "Bring new configuration into running pods, in a second instead of a minute",
    run: async (context) => (await import("./push/push.js")).pushCommand(context),
    help: async () => (await import("./push/push-help.js")).pushHelp(),
  },
  {
    name: "check",
    summary: "Will this manifest, this image and this reload tool hurt each other?",
    run: async (context) => (await import("./check/check.js")).checkCommand(context),
    help: async () => (await import("./check/check-help.js")).checkHelp(),
  },
  {
    name: "gate",
    summary: "Is this program, in this image, built from this source?",
    run: async (context) => (await import("./gate/gate.js")).gateCommand(context),
    help: async () => (await import("./gate/gate-help.js")).gateHelp(),
  },
  {
    name: "score",
    summary: "How well services bear hot updates: 19 indicators, 0 to 100",
    run: async (context) => (await import("./score/score.js")).scoreCommand(context),
    help: async () => (await import("./score/score-help.js")).scoreHelp(),
  },
  {
    name: "simulate",
    summary: "A pod's life under a reload tool, in virtual time: kills, lost requests, not ready",
    run: async (context) => (await import("./simulate.js")).simulateCommand(context),
    help: async () => (await import("./simulate/simulate-help.js")).simulateHelp(),
  },
  {
    name: "lab",
    summary: "Reproduce known failures of hot update on this machine, and see them gone",
    run: async (context) => (await import("./lab/lab.js")).labCommand(context),
    help: async () => (await import("./lab/lab-help.js")).labHelp(),
  },
  {
    name: "demo",
    summary: "Edit a real service again and again under load, for less than a minute",
    run: async (context) => (await import("./demo/demo.js")).demoCommand(context),
    help: async () => (await import("./demo/demo.js")).demoHelp(),
  },
  {
    name: "load",
    summary: "Send requests and tell what came back (used by the demo and the tests)",
    run: async (context) => {
      const { loadProcess } = await import("#edge/load/load-process.js");
      return (await import("./load.js")).loadCommand(context.argv, loadProcess());
    },
    help: async () => (await import("./load.js")).loadHelp(),
  },
  {
    name: "version",
    summary: "Print the version",
    run: async ({ argv, out }) => {
      const { asksForHelp, asksForJson, formatted, parse } = await import("./run-options.js");
      const parser = formatted("version").allowExcessArguments(false);
      parse(parser, argv);
      if (asksForHelp(parser)) out.write(VERSION_HELP);
      else
        out.write(asksForJson(parser) ? JSON.stringify({ version: VERSION }) : `hotpod ${VERSION}`);
      return 0;
    },
    help: async () => VERSION_HELP,
  },
];

const VERSION_HELP = "hotpod version [--format text|json]";
