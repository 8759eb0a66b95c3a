import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import type { CaughtSignals } from "#edge/caught-signals.js";
import { leave } from "#edge/leave.js";
import { LineWriter } from "#edge/line-writer.js";
import { commands } from "./commands.js";
import { errorText } from "./error-text.js";
import { helpText } from "./help-text.js";

/** What a command works with. Its result is the exit code. */
export interface CommandContext {
  /** What stands after the command's name. */
  readonly argv: readonly string[];
  readonly signals: CaughtSignals;
  readonly out: LineWriter;
  readonly err: LineWriter;
}

/** Nobody reads for this long: leave without having said everything. */
const FLUSH_MS = 500;

/** Runs one command and ends with its code. The only place where mistakes of the user are printed. */
export async function commandLine(argv: readonly string[], signals: CaughtSignals): Promise<never> {
  const out = new LineWriter(1);
  const err = new LineWriter(2);
  const code = await answer(argv, { signals, out, err });
  const flushed = await Promise.all([out.flushed(FLUSH_MS), err.flushed(FLUSH_MS)]);
  return leave(code, flushed.includes(false));
}

async function answer(
  argv: readonly string[],
  context: Omit<CommandContext, "argv">,
): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.err.write(errorText(error));
    return error.exitCode;
  }
}

async function dispatch(
  argv: readonly string[],
  context: Omit<CommandContext, "argv">,
): Promise<number> {
  const [name, ...rest] = argv;
  if (name !== "run") context.signals.release();
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    context.out.write(await helpOf(rest[0]));
    return 0;
  }
  return find(name === "--version" || name === "-V" ? "version" : name).run({
    ...context,
    argv: rest,
  });
}

function find(name: string): (typeof commands)[number] {
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) return command;
  const names = [...commands.map((one) => one.name), "help"];
  const near = nearest(name, names);
  throw new UserError({
    code: "unknown-command",
    message: `there is no command "${name}"`,
    hint: near === null ? `Commands: ${names.join(", ")}.` : `Did you mean "hotpod ${near}"?`,
  });
}

async function helpOf(name: string | undefined): Promise<string> {
  if (name === undefined) return helpText(commands);
  return find(name).help();
}
