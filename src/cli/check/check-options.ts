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
}

const SWITCHES =
  "json show-open all strict-inputs fix fix-suggested diff dry-run prune-baseline assume-single color no-color";
const MANY = "timing timings reload-config dockerfile rule";
const VALUES =
  "context namespace settings profile safety kube-version fail-on format baseline write-baseline out";

export function readCheckOptions(argv: readonly string[]): CheckOptions {
  const parser = new Command("check")
    .helpOption(false)
    .allowExcessArguments(true)
    .argument("[paths...]")
    .option("-h, --help");
  for (const flag of SWITCHES.split(" ")) parser.option(`--${flag}`);
  for (const flag of MANY.split(" ")) {
    parser.addOption(new Option(`--${flag} <value>`).argParser(many));
  }
  for (const flag of VALUES.split(" ")) parser.option(`--${flag} <value>`);
  parse(parser, argv);
  const given = parser.opts<Record<string, unknown>>();
  const text = (name: string): string | null =>
    typeof given[name] === "string" ? (given[name] as string) : null;
  const list = (name: string): readonly string[] => (given[name] as readonly string[]) ?? [];
  return {
    help: given.help === true,
    paths: parser.args,
    context: text("context"),
    namespace: text("namespace"),
    timing: list("timing"),
    timings: list("timings"),
    settings: text("settings"),
    reloadConfigs: list("reloadConfig"),
    dockerfiles: list("dockerfile"),
    rules: list("rule").flatMap((each) => each.split(",")),
    parameters: parametersOf(given),
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
  };
}

const many = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function parametersOf(given: Readonly<Record<string, unknown>>): Partial<CheckParameters> {
  const { profile, safety, kubeVersion, assumeSingle } = given;
  return {
    ...(profile === undefined
      ? {}
      : { profile: choice("profile", String(profile), ["dev", "prod"] as const, "prod") }),
    ...(safety === undefined ? {} : { safety: safetyOf(String(safety)) }),
    ...(kubeVersion === undefined ? {} : { minor: minorOf(String(kubeVersion)) }),
    ...(assumeSingle === true ? { assumeSingle } : {}),
  };
}

function choice<T extends string>(
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

function badValue(flag: string, given: string, hint: string): UserError {
  return new UserError({
    code: "bad-flag",
    message: `--${flag} ${JSON.stringify(given)} is not understood`,
    hint,
  });
}
