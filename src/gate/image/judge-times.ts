import { rfc3339Seconds } from "#base/rfc3339.js";
import { different, evidence, same } from "#gate/answer.js";
import type { KnownProgram } from "#gate/judge-program.js";
import type { GateAnswer } from "#model/gate-report.js";
import type { ImageFacts } from "./image-facts.js";

const LABELS = [
  "org.opencontainers.image.created",
  "build-timestamp",
  "org.label-schema.build-date",
];

/** Between two clocks, and between the beginning and the end of a build. */
const TOLERANCE_SECONDS = { commit: 300, build: 3_600 };
/** Reproducible builds write the beginning of 1970, or of 1980 where an archive knows no earlier. */
const FIXED_BEFORE = 315_619_200;

interface Said {
  readonly name: string;
  readonly value: string;
  readonly from: string;
  /** null: it is no time. */
  readonly seconds: number | null;
}

/**
 * When it was built, as far as anybody says: never by a file's mtime. Times that are equal prove nothing, so that a difference is only a
 * warning; an image that was made before its commit is wrong.
 */
export function judgeTimes(known: KnownProgram, image: string, facts: ImageFacts): GateAnswer[] {
  const said = timesOf(image, facts);
  if (said.length === 0) return [];
  const time = known.info.settings["vcs.time"];
  const commit = rfc3339Seconds(time ?? "");
  const compared = [
    ...said.map(({ name, value, from }) => evidence(name, value, from)),
    ...(time === undefined
      ? []
      : [evidence("vcs.time", time, `build information of ${known.file}`)]),
  ];
  const wrong = (grade: "error" | "warning", message: string, remedy: string): GateAnswer[] => [
    different("created", grade, { message, compared, remedy }),
  ];
  const [bad] = said.filter(({ seconds }) => seconds === null);
  if (bad !== undefined) {
    const message = `${bad.name} is no time: ${JSON.stringify(bad.value)}.`;
    return wrong("warning", message, "Write it as RFC 3339: date -u +%Y-%m-%dT%H:%M:%SZ.");
  }
  // A fixed time, or the commit's own, is what a reproducible build writes.
  const real = said.filter(({ seconds }) => (seconds ?? 0) > FIXED_BEFORE && seconds !== commit);
  const early = real.find(
    ({ seconds }) => commit !== null && (seconds ?? 0) < commit - TOLERANCE_SECONDS.commit,
  );
  if (early !== undefined) {
    const message = `${early.name} is ${early.value}, before the commit that the program was built from (${time}).`;
    return wrong(
      "error",
      message,
      "The image is older than the program, or its label is: build it again.",
    );
  }
  const all = real.map(({ seconds }) => seconds ?? 0);
  if (all.length > 1 && Math.max(...all) - Math.min(...all) > TOLERANCE_SECONDS.build) {
    const message = "The image and its labels do not agree on when it was built.";
    return wrong(
      "warning",
      message,
      "Set them in the same build; which program it is, no time says.",
    );
  }
  const message =
    real.length === 0
      ? "Its times are fixed, as reproducible builds have them."
      : "Its times agree.";
  return [same("created", { message, compared })];
}

function timesOf(image: string, { created, labels }: ImageFacts): Said[] {
  const all = [
    { name: "created", value: created, from: `configuration of ${image}` },
    ...LABELS.map((name) => ({ name, value: labels[name] ?? null, from: `label of ${image}` })),
  ];
  return all.flatMap(({ value, ...one }) =>
    value === null || value === "" ? [] : [{ ...one, value, seconds: secondsOf(value) }],
  );
}

/** Some write the seconds since 1970. */
const secondsOf = (text: string): number | null =>
  /^\d{1,11}$/.test(text.trim()) ? Number(text) : rfc3339Seconds(text);
