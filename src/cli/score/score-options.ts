import { UserError } from "#base/user-error.js";
import {
  badValue,
  choice,
  type InputOptions,
  type MoreFlags,
  readInputOptions,
} from "#cli/check/check-options.js";

/** `hotpod score`, as it was asked for. */
export interface ScoreOptions extends InputOptions {
  readonly format: "text" | "json" | "html";
  readonly out: string | null;
  /** Files and folders with samples of logs. */
  readonly logs: readonly string[];
  /** The newest lines of a pod of each service are asked for, in the cluster of `--context`. */
  readonly podLogs: boolean;
  /** Of an older report. */
  readonly previous: string | null;
  /** Exit code 1 if a service is below; null: none is too low. */
  readonly failUnder: number | null;
  /** The lower end of the range counts. */
  readonly strictRange: boolean;
  /** Indicators to explain, in capitals. */
  readonly explain: readonly string[];
}

const OWN: MoreFlags = {
  switches: "json strict-range pod-logs",
  many: "logs explain",
  values: "format out previous fail-under",
};

export function readScoreOptions(argv: readonly string[]): ScoreOptions {
  const {
    input,
    flags: { given, text, list },
  } = readInputOptions("score", argv, OWN);
  return {
    ...input,
    format:
      given.json === true
        ? "json"
        : choice("format", text("format"), ["text", "json", "html"] as const, "text"),
    out: text("out"),
    logs: list("logs"),
    podLogs: podLogsOf(given.podLogs === true, input.context),
    previous: text("previous"),
    failUnder: thresholdOf(text("failUnder")),
    strictRange: given.strictRange === true,
    explain: list("explain")
      .flatMap((each) => each.split(","))
      .map((id) => id.toUpperCase()),
  };
}

function podLogsOf(asked: boolean, context: string | null): boolean {
  if (!asked || context !== null) return asked;
  throw new UserError({
    code: "bad-flag",
    message: "--pod-logs without a cluster",
    hint: "Name one: --context NAME. Samples in files are given by --logs.",
  });
}

function thresholdOf(text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 100) return value;
  throw badValue("fail-under", text, "A score from 0 to 100, such as 60.");
}
