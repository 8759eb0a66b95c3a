import type { InputProblem } from "#manifest/input-problem.js";
import { positionOf, type Region } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { placeText, type SourceDocument } from "#manifest/text/source-document.js";
import type { KnownTiming } from "#model/timing.js";
import { TIMINGS_SCHEMA } from "#model/timing-file.js";
import { measureOf, parseMeasure } from "./parse-measure.js";
import { timingKey, timingKeyHint } from "./timing-keys.js";

export interface ReadTimings {
  readonly timings: readonly KnownTiming[];
  readonly problems: readonly InputProblem[];
}

/** A file of timings, JSON or YAML: what `hotpod run` writes, or the same by hand. */
export function readTimingFile(text: string, file: string): ReadTimings {
  const { documents, problems } = readDocuments(text, file);
  const [broken] = problems;
  const hint = `A file of timings is ${JSON.stringify({ schema: TIMINGS_SCHEMA, timings: { build: 3 } })}.`;
  if (broken !== undefined) {
    const { place, what } = broken;
    return { timings: [], problems: [{ where: placeText(place), what, hint }] };
  }
  const [document] = documents;
  const { schema, timings, date } = fieldsOf(document?.value);
  if (document === undefined || schema !== TIMINGS_SCHEMA) {
    const what =
      schema === undefined
        ? `there is no "schema": "${TIMINGS_SCHEMA}"`
        : `its schema is ${JSON.stringify(schema)}, not "${TIMINGS_SCHEMA}"`;
    return { timings: [], problems: [{ where: file, what, hint }] };
  }
  const day = typeof date === "string" ? ` of ${date.slice(0, 10)}` : "";
  return readEntries(fieldsOf(timings), document, ["timings"], `${baseName(file)}${day}`);
}

/** Entries as they stand below `path` of a document. */
export function readEntries(
  entries: Readonly<Record<string, unknown>>,
  document: SourceDocument,
  path: readonly string[],
  source: string,
): ReadTimings {
  const timings: KnownTiming[] = [];
  const problems: InputProblem[] = [];
  for (const [key, value] of Object.entries(entries)) {
    const at = (): Region => positionOf(document, [...path, key]);
    const known = timingKey(key);
    if (known === null) {
      const { start, key: place } = at();
      const where = placeText(place ?? start);
      problems.push({ where, what: `unknown timing "${key}"`, hint: timingKeyHint(key) });
      continue;
    }
    const measure = measureOf(value, known.unit);
    if (measure.ok) timings.push({ key, measure: measure.value, source: sourceOf(source, value) });
    else {
      const { what, hint } = measure.error;
      problems.push({ where: placeText(at().start), what: `${key}: ${what}`, hint });
    }
  }
  return { timings, problems };
}

/** `key=value` of a flag, or of an annotation `hotpod.dev/timing.<key>`. */
export function readTimingText(
  key: string,
  text: string,
  where: string,
  source: string,
): ReadTimings {
  const known = timingKey(key);
  if (known === null) {
    const problem = { where, what: `unknown timing "${key}"`, hint: timingKeyHint(key) };
    return { timings: [], problems: [problem] };
  }
  const measure = parseMeasure(text, known.unit);
  if (measure.ok) return { timings: [{ key, measure: measure.value, source }], problems: [] };
  const { what, hint } = measure.error;
  return { timings: [], problems: [{ where, what: `${key}: ${what}`, hint }] };
}

const PREFIX = "hotpod.dev/timing.";

export function readTimingAnnotations(annotations: Readonly<Record<string, string>>): ReadTimings {
  const found = Object.entries(annotations)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, text]) =>
      readTimingText(name.slice(PREFIX.length), text, `annotation ${name}`, `annotation ${name}`),
    );
  return joined(found);
}

/** The first that says a key counts. Strongest first: flags, file, annotations, hotpod.yaml. */
export function joined(sources: readonly ReadTimings[]): ReadTimings {
  const known = new Map<string, KnownTiming>();
  for (const { timings } of sources) {
    for (const timing of timings) if (!known.has(timing.key)) known.set(timing.key, timing);
  }
  return { timings: [...known.values()], problems: sources.flatMap(({ problems }) => problems) };
}

function sourceOf(source: string, value: unknown): string {
  const { count, samples } = fieldsOf(value);
  const n = typeof count === "number" ? count : Array.isArray(samples) ? samples.length : null;
  return n === null ? source : `${source}, ${n} ${n === 1 ? "sample" : "samples"}`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? (value as Readonly<Record<string, unknown>>) : {};
}

const baseName = (file: string): string => file.split("/").at(-1) ?? file;
