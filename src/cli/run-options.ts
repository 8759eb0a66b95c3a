import { Command, CommanderError, Option } from "commander";
import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import { flagOf, SETTING_KEYS, type SettingKey, settingOf } from "#config/setting-table.js";

export interface RunOptions {
  readonly flags: ReadonlyMap<SettingKey, readonly string[]>;
  /** What stands after `--`. */
  readonly command: readonly string[];
  readonly explain: boolean;
  readonly format: "text" | "json";
  readonly help: boolean;
}

/** Reads the command line of `hotpod run`. The flags of settings come from their table. */
export function readRunOptions(argv: readonly string[]): RunOptions {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const flags = new Map<SettingKey, string[]>();
  const parser = formatted("run").allowExcessArguments(true).option("--explain");
  for (const key of SETTING_KEYS) addSetting(parser, key, flags);
  parse(parser, own);
  const [stray] = parser.args;
  if (stray !== undefined) {
    throw new UserError({
      code: "stray-argument",
      message: `"${stray}" is no flag`,
      hint: `Put the service's command after --: hotpod run -- ${parser.args.join(" ")}`,
    });
  }
  const { explain } = parser.opts();
  return {
    flags,
    command: end < 0 ? [] : argv.slice(end + 1),
    explain: explain === true,
    format: asksForJson(parser) ? "json" : "text",
    help: asksForHelp(parser),
  };
}

/** A command that answers with data. */
export function formatted(name: string): Command {
  return new Command(name)
    .helpOption(false)
    .option("-h, --help")
    .option("--json")
    .addOption(new Option("--format <text|json>").choices(["text", "json"]));
}

export function asksForHelp(parser: Command): boolean {
  return parser.opts().help === true;
}

export function asksForJson(parser: Command): boolean {
  const { json, format } = parser.opts();
  return json === true || format === "json";
}

function addSetting(parser: Command, key: SettingKey, flags: Map<SettingKey, string[]>): void {
  const add = (text: string): void => {
    flags.set(key, [...(flags.get(key) ?? []), text]);
  };
  const { kind } = settingOf(key);
  const flag = flagOf(key);
  if (kind.placeholder !== "<true|false>") {
    parser.addOption(new Option(`${flag} <value>`).argParser(add));
    return;
  }
  parser.addOption(new Option(`${flag} [value]`).preset("true").argParser(add));
  parser.option(flag.replace("--", "--no-"));
  parser.on(`option:${flag.replace("--", "no-")}`, () => add("false"));
}

/** commander's own words, in our form. It prints nothing and does not exit. */
export function parse(parser: Command, argv: readonly string[]): void {
  const silent = (): void => {};
  parser.exitOverride().configureOutput({ writeOut: silent, writeErr: silent });
  try {
    parser.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw commandLineError(parser, error);
  }
}

function commandLineError(parser: Command, error: CommanderError): UserError {
  const [what = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const unknown = error.code === "commander.unknownOption";
  const hint = suggestion?.replace(/^\(|\)$/g, "") ?? (unknown ? nearFlag(parser, what) : null);
  return new UserError({
    code: unknown ? "unknown-flag" : "bad-flag",
    message: what.replaceAll("'", '"'),
    hint: hint ?? `See hotpod ${parser.name()} --help.`,
    cause: error,
  });
}

/** commander takes `--flag=value` for a flag of that whole name. */
function nearFlag(parser: Command, what: string): string | null {
  const [, flag] = /'(--[^=']+)=/.exec(what) ?? [];
  if (flag === undefined) return null;
  const near = nearest(
    flag,
    parser.options.flatMap(({ long }) => long ?? []),
  );
  return near === null ? null : `Did you mean ${near}?`;
}
