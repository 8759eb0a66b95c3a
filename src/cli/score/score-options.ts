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
  switches: "json strict-range",
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
    previous: text("previous"),
    failUnder: thresholdOf(text("failUnder")),
    strictRange: given.strictRange === true,
    explain: list("explain")
      .flatMap((each) => each.split(","))
      .map((id) => id.toUpperCase()),
  };
}

function thresholdOf(text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 100) return value;
  throw badValue("fail-under", text, "A score from 0 to 100, such as 60.");
}
