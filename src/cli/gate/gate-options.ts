import { Command } from "commander";
import { UserError } from "#base/user-error.js";
import { badValue, choice, revisionOf } from "#cli/check/check-options.js";
import { parse } from "#cli/run-options.js";
import type { Platform } from "#gate/facts.js";

export const GATE_FORMATS = ["text", "json", "sarif", "junit", "github"] as const;

export interface GateOptions {
  readonly help: boolean;
  readonly binary: string | null;
  /** OCI layout or archive of docker save. */
  readonly image: string | null;
  /** Of the program in the image; null: its entrypoint. */
  readonly path: string | null;
  readonly source: string | null;
  readonly revision: string | null;
  readonly platform: Platform | null;
  readonly rebuild: boolean;
  /** What stands after `--`: flags of the reference build. */
  readonly buildFlags: readonly string[];
  readonly stale: boolean;
  readonly format: (typeof GATE_FORMATS)[number];
  readonly failOn: "error" | "warning" | "never";
  readonly showAll: boolean;
  readonly color: boolean;
  readonly out: string | null;
}

const SWITCHES = ["json", "rebuild", "stale", "all", "color"];
const VALUES = [
  "binary",
  "image",
  "path",
  "source",
  "revision",
  "platform",
  "format",
  "fail-on",
  "out",
];

export function readGateOptions(argv: readonly string[]): GateOptions {
  const end = argv.indexOf("--");
  const parser = new Command("gate").helpOption(false).allowExcessArguments(true);
  parser.option("-h, --help");
  for (const flag of SWITCHES) parser.option(`--${flag}`);
  for (const flag of VALUES) parser.option(`--${flag} <value>`);
  parse(parser, end < 0 ? argv : argv.slice(0, end));
  const given = parser.opts<Record<string, unknown>>();
  const text = (key: string): string | null =>
    typeof given[key] === "string" ? (given[key] as string) : null;
  const [stray] = parser.args;
  if (stray !== undefined) throw misuse(`"${stray}" is no flag`, "Name the program with --binary.");
  const revision = text("revision");
  const platform = text("platform");
  const options: GateOptions = {
    help: given.help === true,
    binary: text("binary"),
    image: text("image")?.replace(/^(oci|oci-archive|docker-archive):/, "") ?? null,
    path: text("path"),
    source: text("source"),
    revision: revision === null ? null : revisionOf(revision),
    platform: platform === null ? null : platformOf(platform),
    rebuild: given.rebuild === true,
    buildFlags: end < 0 ? [] : argv.slice(end + 1),
    stale: given.stale === true,
    format: given.json === true ? "json" : choice("format", text("format"), GATE_FORMATS, "text"),
    failOn: choice("fail-on", text("failOn"), ["error", "warning", "never"] as const, "error"),
    showAll: given.all === true,
    color: given.color === true,
    out: text("out"),
  };
  if (!options.help) assertWhole(options);
  return options;
}

/** Half a question would look as if it were answered. */
function assertWhole({ image, path, source, rebuild, stale, buildFlags }: GateOptions): void {
  if (path !== null && image === null) {
    throw misuse("--path is the program's place in an image", "Add --image PATH.");
  }
  const needing = rebuild ? "--rebuild" : stale ? "--stale" : null;
  if (needing !== null && source === null) {
    throw misuse(`${needing} needs the sources`, "Add --source FOLDER, such as --source .");
  }
  if (buildFlags.length > 0 && !rebuild) {
    throw misuse("flags after -- are those of the reference build", "Add --rebuild.");
  }
}

function platformOf(given: string): Platform {
  const [os, architecture, variant, more] = given.split("/");
  if (os && architecture && variant !== "" && more === undefined) {
    return { os, architecture, variant: variant ?? null, from: "--platform" };
  }
  throw badValue("platform", given, "Write it as linux/amd64 or linux/arm/v7, by Go's names.");
}

const misuse = (message: string, hint: string): UserError =>
  new UserError({ code: "bad-flag", message, hint });
