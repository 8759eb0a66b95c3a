import type { Micros } from "#model/life/life-event.js";
import type { Fault } from "#simulate/life/life-input.js";
import type { ReadPlan } from "./read-saves.js";
import {
  type Entry,
  entriesOf,
  microsOf,
  PlanError,
  readEntries,
  refuseRest,
  type Token,
  wordOf,
} from "./tokens.js";

const POINTS = ["hang", "crash", "delete", "nodeReboot", "configEdit"] as const;
const STRETCHES = ["outage", "dependencyDown"] as const;
const KINDS = [...POINTS, ...STRETCHES];
const HOW = ["refused", "silent", "503"] as const;

/** More is no plan. */
const FAULTS_MAX = 10_000;

/**
 * `hang@40s`, `crash@t pod 2`, `delete@t`, `nodeReboot@t`, `configEdit@t`, `dependencyDown@10s..30s`,
 * `outage@0s..3.8s silent every 10s`; pods are counted from 1, without one every pod is meant.
 */
export function readFaults(
  text: string,
  name: string,
  options: { readonly isFile: boolean; readonly untilUs: Micros },
): ReadPlan<Fault> {
  const entries = entriesOf(text, name, options.isFile);
  const { values, problems } = readEntries(entries, (entry) => faultsOf(entry, options.untilUs));
  if (values.length > FAULTS_MAX) {
    const what = `${values.length} faults, at most ${FAULTS_MAX}`;
    return { values: [], problems: [{ where: name, what, hint: "Plan fewer." }] };
  }
  return { values: [...values].sort((a, b) => a.at - b.at), problems };
}

function faultsOf(entry: Entry, untilUs: Micros): Fault[] {
  const [first] = entry;
  if (first === undefined) return [];
  const [word = "", when] = first.text.split("@");
  const kind = wordOf({ ...first, text: word }, KINDS, "fault");
  if (when === undefined) {
    const form = isStretch(kind) ? `${kind}@10s..30s` : `${kind}@40s`;
    throw new PlanError({
      where: first.where,
      what: `${kind} does not say when`,
      hint: `Write ${form}.`,
    });
  }
  return isStretch(kind) ? stretch(kind, entry, when, untilUs) : [point(kind, entry, when)];
}

type Point = (typeof POINTS)[number];
type Stretch = (typeof STRETCHES)[number];

const isStretch = (kind: Point | Stretch): kind is Stretch =>
  (STRETCHES as readonly string[]).includes(kind);

function point(kind: Point, entry: Entry, when: string): Fault {
  const [first] = entry as readonly [Token];
  const at = microsOf(first, when);
  if (kind === "nodeReboot" || kind === "configEdit") {
    refuseRest(entry, 1, `${kind}@40s`);
    return { kind, at };
  }
  const { pod, next } = podOf(entry, 1);
  refuseRest(entry, next, `${kind}@40s pod 2`);
  return { kind, at, pod };
}

function stretch(kind: Stretch, entry: Entry, when: string, untilUs: Micros): Fault[] {
  const [first] = entry as readonly [Token];
  const [from = "", to] = when.split("..");
  const begin = microsOf(first, from);
  const end = to === undefined ? null : microsOf(first, to);
  if (end === null || end <= begin) {
    const what = `${kind}@${when} does not last`;
    throw new PlanError({
      where: first.where,
      what,
      hint: `Write ${kind}@10s..30s: from when to when.`,
    });
  }
  if (kind === "dependencyDown") {
    refuseRest(entry, 1, "dependencyDown@10s..30s");
    return [{ kind, at: begin, untilUs: end }];
  }
  return outages(entry, begin, end, untilUs);
}

function outages(entry: Entry, begin: Micros, end: Micros, untilUs: Micros): Fault[] {
  let at = 1;
  const asked = entry[at];
  let how: (typeof HOW)[number] = "refused";
  if (asked !== undefined && asked.text !== "pod" && asked.text !== "every") {
    how = wordOf(asked, HOW, "kind of outage, and neither pod nor every");
    at++;
  }
  const { pod, next } = podOf(entry, at);
  at = next;
  const period = entry[at];
  if (period?.text !== "every") {
    refuseRest(entry, at, "outage@0s..3.8s refused|silent|503 pod 2 every 10s");
    return [{ kind: "outage", at: begin, untilUs: end, how, pod }];
  }
  const value = entry[at + 1];
  const periodUs = value === undefined ? 0 : microsOf(value);
  if (periodUs <= end - begin) {
    const what = "every needs a time that is longer than the outage";
    throw new PlanError({
      where: (value ?? period).where,
      what,
      hint: "Write outage@0s..3.8s every 10s.",
    });
  }
  refuseRest(entry, at + 2, "outage@0s..3.8s refused|silent|503 pod 2 every 10s");
  const faults: Fault[] = [];
  for (let shift = 0; begin + shift < untilUs && faults.length <= FAULTS_MAX; shift += periodUs) {
    faults.push({ kind: "outage", at: begin + shift, untilUs: end + shift, how, pod });
  }
  return faults;
}

/** null: every pod. Counted from 0 inside. */
function podOf(entry: Entry, at: number): { pod: number | null; next: number } {
  if (entry[at]?.text !== "pod") return { pod: null, next: at };
  const token = entry[at + 1] ?? (entry[at] as Token);
  if (!/^[1-9]\d{0,4}$/.test(token.text)) {
    const what = `${JSON.stringify(token.text)} is no pod`;
    throw new PlanError({ where: token.where, what, hint: "Pods are counted from 1: pod 2." });
  }
  return { pod: Number(token.text) - 1, next: at + 2 };
}
