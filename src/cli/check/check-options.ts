import { Command, Option } from "commander";
import { UserError } from "#base/user-error.js";
import { parse } from "#cli/run-options.js";
import { CHECK_DEFAULTS, type CheckParameters } from "#rules/subject/check-parameters.js";

export const CHECK_FORMATS = ["text", "json", "sarif", "junit", "github"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** `hotpod check`, as it was asked for. */
export interface CheckOptions {
  readonly help: boolean;
  /** Files, folders, `-`. */
  readonly paths: readonly string[];
  /** A cluster to ask through kubectl; "": the current context. null: none. */
  readonly context: string | null;
  /** Of the cluster; null: all. */
  readonly namespace: string | null;
  readonly timing: readonly string[];
  readonly timings: readonly string[];
  /** hotpod.yaml; null: one among the paths, if there is one. */
  readonly settings: string | null;
  readonly reloadConfigs: readonly string[];
  readonly dockerfiles: readonly string[];
  /** Folders of Go modules. */
  readonly sources: readonly string[];
  /** `PATH` or `PATH=SERVICE` */
  readonly images: readonly string[];
  readonly binaries: readonly string[];
  /** Files and folders of a pipeline: shell, Makefiles, workflows. */
  readonly scripts: readonly string[];
  readonly rules: readonly string[];
  /** What flags say over hotpod.yaml's `check:`. */
  readonly parameters: Partial<CheckParameters>;
  readonly format: CheckFormat;
  readonly failOn: "error" | "warning" | "info" | "never";
  readonly showOpen: boolean;
  readonly showAll: boolean;
  readonly strictInputs: boolean;
  readonly fix: "none" | "safe" | "suggested";
  readonly diff: boolean;
  readonly dryRun: boolean;
  readonly baseline: string | null;
  readonly writeBaseline: string | null;
  readonly pruneBaseline: boolean;
  readonly color: boolean | null;
  readonly out: string | null;
  /** Judge again whenever an input changes. */
  readonly watch: boolean;
}

/** What is read, and by which numbers it is judged. */
export type InputOptions = Pick<
  CheckOptions,
  | "help"
  | "paths"
  | "context"
  | "namespace"
  | "timing"
  | "timings"
  | "settings"
  | "reloadConfigs"
  | "dockerfiles"
  | "sources"
  | "scripts"
  | "images"
  | "binaries"
  | "parameters"
>;

/** Flags of a command beside those of its input, with blanks between them. */
export interface MoreFlags {
  readonly switches: string;
  readonly many: string;
  readonly values: string;
}

/** A command line's flags by their names in camel case. */
export interface GivenFlags {
  readonly given: Readonly<Record<string, unknown>>;
  text(name: string): string | null;
  list(name: string): readonly string[];
}

const INPUT: MoreFlags = {
  switches: "assume-single",
  many: "timing timings reload-config dockerfile source scripts image binary",
  values: "context namespace settings profile safety kube-version revision",
};

const OWN: MoreFlags = {
  switches:
    "json show-open all strict-inputs fix fix-suggested diff dry-run watch prune-baseline color no-color",
  many: "rule",
  values: "fail-on format baseline write-baseline out",
};

/** A command that reads what `hotpod check` reads. */
export function readInputOptions(
  name: string,
  argv: readonly string[],
  more: MoreFlags,
): { readonly input: InputOptions; readonly flags: GivenFlags } {
  const parser = new Command(name)
    .helpOption(false)
    .allowExcessArguments(true)
    .argument("[paths...]")
    .option("-h, --help");
  for (const { switches, many: several, values } of [INPUT, more]) {
    for (const flag of words(switches)) parser.option(`--${flag}`);
    for (const flag of words(several)) {
      parser.addOption(new Option(`--${flag} <value>`).argParser(many));
    }
    for (const flag of words(values)) parser.option(`--${flag} <value>`);
  }
  parse(parser, argv);
  const given = parser.opts<Record<string, unknown>>();
  const text = (key: string): string | null =>
    typeof given[key] === "string" ? (given[key] as string) : null;
  const list = (key: string): readonly string[] => (given[key] as readonly string[]) ?? [];
  const input: InputOptions = {
    help: given.help === true,
    paths: parser.args,
    context: text("context"),
    namespace: text("namespace"),
    timing: list("timing"),
    timings: list("timings"),
    settings: text("settings"),
    reloadConfigs: list("reloadConfig"),
    dockerfiles: list("dockerfile"),
    sources: list("source"),
    scripts: list("scripts"),
    images: list("image"),
    binaries: list("binary"),
    parameters: parametersOf(given),
  };
  return { input, flags: { given, text, list } };
}

const words = (flags: string): string[] => flags.split(" ").filter((word) => word !== "");

export function readCheckOptions(argv: readonly string[]): CheckOptions {
  const {
    input,
    flags: { given, text, list },
  } = readInputOptions("check", argv, OWN);
  return {
    ...input,
    rules: list("rule").flatMap((each) => each.split(",")),
    format: given.json === true ? "json" : choice("format", text("format"), CHECK_FORMATS, "text"),
    failOn: choice(
      "fail-on",
      text("failOn"),
      ["error", "warning", "info", "never"] as const,
      "error",
    ),
    showOpen: given.showOpen === true,
    showAll: given.all === true,
    strictInputs: given.strictInputs === true,
    fix: given.fixSuggested === true ? "suggested" : given.fix === true ? "safe" : "none",
    diff: given.diff === true,
    dryRun: given.dryRun === true,
    baseline: text("baseline"),
    writeBaseline: text("writeBaseline"),
    pruneBaseline: given.pruneBaseline === true,
    color: typeof given.color === "boolean" ? given.color : null,
    out: text("out"),
    watch: given.watch === true,
  };
}

const many = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function parametersOf(given: Readonly<Record<string, unknown>>): Partial<CheckParameters> {
  const { profile, safety, kubeVersion, assumeSingle, revision } = given;
  return {
    ...(profile === undefined
      ? {}
      : { profile: choice("profile", String(profile), ["dev", "prod"] as const, "prod") }),
    ...(safety === undefined ? {} : { safety: safetyOf(String(safety)) }),
    ...(kubeVersion === undefined ? {} : { minor: minorOf(String(kubeVersion)) }),
    ...(assumeSingle === true ? { assumeSingle } : {}),
    ...(typeof revision === "string" ? { revision: revisionOf(revision) } : {}),
  };
}

export function choice<T extends string>(
  flag: string,
  given: string | null,
  known: readonly T[],
  fallback: T,
): T {
  if (given === null) return fallback;
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw badValue(flag, given, `It is one of ${known.join(", ")}.`);
}

function safetyOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 1 && value <= 10) return value;
  throw badValue("safety", text, `A factor from 1 to 10; without it ${CHECK_DEFAULTS.safety}.`);
}

function minorOf(text: string): number {
  const minor = /^v?1\.(\d{1,3})(\.\d+)?$/.exec(text)?.[1];
  if (minor !== undefined) return Number(minor);
  throw badValue("kube-version", text, "Write it as 1.32.");
}

export function revisionOf(text: string): string {
  if (/^[0-9a-f]{7,64}$/i.test(text)) return text.toLowerCase();
  throw badValue("revision", text, "A commit's hash, of 7 characters or more: git rev-parse HEAD.");
}

export function badValue(flag: string, given: string, hint: string): UserError {
  return new UserError({
    code: "bad-flag",
    message: `--${flag} ${JSON.stringify(given)} is not understood`,
    hint,
  });
}
