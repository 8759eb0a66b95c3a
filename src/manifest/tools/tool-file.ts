import { nearest } from "#base/nearest.js";
import { fail, ok, type Result } from "#base/result.js";
import { parseDuration } from "#base/time.js";
import type { InputProblem } from "#manifest/input-problem.js";
import { positionOf } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { placeText, type SourceDocument } from "#manifest/text/source-document.js";
import type { ReloadTool, StopStep } from "#model/reload-tool.js";
import { findTool } from "./find-tool.js";

type Fields = Readonly<Record<string, unknown>>;
type Parse = (value: unknown) => unknown;

/**
 * A tool described by its user, in YAML or JSON: the fields of ReloadTool, with durations (`settle: 300ms`). `like: air`
 * takes what is not said from a known tool; without it everything has to be said.
 */
export function readToolFile(
  text: string,
  file: string,
): Result<ReloadTool, readonly InputProblem[]> {
  const { documents, problems } = readDocuments(text, file);
  const [broken] = problems;
  if (broken !== undefined) {
    return fail([{ where: placeText(broken.place), what: broken.what, hint: FORM }]);
  }
  const [document] = documents;
  const value = document?.value;
  if (
    document === undefined ||
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value)
  ) {
    return fail([{ where: file, what: "it describes no tool", hint: FORM }]);
  }
  return fromFields(value as Fields, document);
}

const FORM =
  "A tool is {name, settle: 300ms, settleFrom: last, stopWhen: beforeBuild, stop: [{signal: SIGTERM, wait: 10s, to: group}], …}, or {like: air, settle: 300ms}.";

function fromFields(
  fields: Fields,
  document: SourceDocument,
): Result<ReloadTool, readonly InputProblem[]> {
  const problems: InputProblem[] = [];
  const at = (key: string): string => {
    const { start, key: place } = positionOf(document, [key]);
    return placeText(place ?? start);
  };
  let base: Partial<ReloadTool> = {};
  if (fields.like !== undefined) {
    const known = findTool(String(fields.like), at("like"));
    if (known.ok) base = known.value;
    else problems.push(known.error);
  }
  const read: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(fields)) {
    if (key === "like") continue;
    const rule = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
    if (rule === undefined) {
      const near = nearest(key, Object.keys(FIELDS));
      const hint =
        near === null ? `Known: ${Object.keys(FIELDS).join(", ")}.` : `Did you mean "${near}"?`;
      problems.push({ where: at(key), what: `unknown key "${key}"`, hint });
      continue;
    }
    const parsed = rule.parse(value);
    if (parsed === undefined) {
      const what = `${key}: ${JSON.stringify(value)} is not ${rule.expects}`;
      problems.push({ where: at(key), what, hint: FORM });
    } else read[rule.field] = parsed;
  }
  const missing = Object.entries(FIELDS).filter(
    ([, { field, standard }]) => read[field] === undefined && standard === undefined,
  );
  if (missing.length > 0 && problems.length === 0) {
    const what = `what the tool does is not said by ${missing.map(([key]) => key).join(", ")}`;
    problems.push({ where: document.file, what, hint: "Say it, or name a known tool: like: air." });
  }
  if (problems.length > 0) return fail(problems);
  for (const { field, standard } of Object.values(FIELDS)) {
    if (read[field] === undefined) read[field] = standard;
  }
  return ok(read as unknown as ReloadTool);
}

interface FieldRule {
  readonly field: keyof ReloadTool;
  readonly expects: string;
  /** undefined: not what is expected. */
  readonly parse: Parse;
  /** Where saying nothing means something; else the field is needed. */
  readonly standard?: unknown;
}

const oneOf = (field: keyof ReloadTool, ...words: readonly string[]): FieldRule => ({
  field,
  expects: words.join(" or "),
  parse: (value) => (words.includes(String(value)) ? value : undefined),
});

const yesNo = (field: keyof ReloadTool, standard?: boolean): FieldRule => ({
  field,
  expects: "true or false",
  parse: (value) => (typeof value === "boolean" ? value : undefined),
  standard,
});

const textField = (field: keyof ReloadTool, standard?: string): FieldRule => ({
  field,
  expects: "a text",
  parse: (value) => (typeof value === "string" && value !== "" ? value : undefined),
  standard,
});

function microsOf(value: unknown): number | undefined {
  const ms = typeof value === "number" ? value * 1000 : parseDuration(String(value));
  return ms === null || !(ms >= 0 && ms <= WAIT_MS_MAX) ? undefined : Math.round(ms * 1000);
}

const WAIT_MS_MAX = 24 * 3_600_000;
const SIGNALS = ["SIGTERM", "SIGINT", "SIGKILL", "SIGUSR2", "SIGHUP"];

function stepsOf(value: unknown): StopStep[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 8) return undefined;
  const steps = value.map(stepOf);
  return steps.includes(null) ? undefined : steps.filter((step) => step !== null);
}

function stepOf(value: unknown): StopStep | null {
  if (typeof value !== "object" || value === null) return null;
  const { signal, wait = null, to = "process", ...rest } = value as Fields;
  const waitUs = wait === null ? null : microsOf(wait);
  const known =
    SIGNALS.includes(String(signal)) && ["process", "group", "tree"].includes(String(to));
  if (!known || waitUs === undefined || Object.keys(rest).length > 0) return null;
  return { signal, waitUs, to } as StopStep;
}

const STEPS = `a list of {signal: ${SIGNALS.join("|")}, wait: 10s (null: without limit), to: process|group|tree}`;

const FIELDS: Readonly<Record<string, FieldRule>> = {
  name: textField("name"),
  versions: textField("versions", "as described"),
  settle: { field: "settleUs", expects: "a duration up to a day", parse: microsOf },
  settleFrom: oneOf("settleFrom", "first", "last"),
  contentHash: yesNo("contentHash", false),
  stopWhen: oneOf("stopWhen", "beforeBuild", "afterBuild", "afterReady"),
  stop: { field: "stop", expects: STEPS, parse: stepsOf },
  buildOut: oneOf("buildOut", "inPlace", "immutable"),
  builds: yesNo("builds"),
  onBuildFail: oneOf("onBuildFail", "keepOld", "stop", "rerunOld"),
  onAppExit: oneOf("onAppExit", "stay", "exit", "rerun"),
  onTerm: {
    field: "onTerm",
    expects: `null (nothing), or ${STEPS}`,
    parse: (value) => (value === null ? null : stepsOf(value)),
  },
  overlap: yesNo("overlap", false),
  socket: oneOf("socket", "own", "inherited"),
  changeDuringBuild: oneOf("changeDuringBuild", "ignore", "queue", "cancel", "parallel"),
  livenessBy: oneOf("livenessBy", "app", "supervisor"),
  reapsOrphans: yesNo("reapsOrphans", false),
};
