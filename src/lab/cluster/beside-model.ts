import type { PodLine } from "#lab/probe/pod-log.js";
import type { MeasureText } from "#lab/scenario.js";
import type { BesideModel } from "#model/lab/lab-report.js";

/** What was seen of a pod, by its node's clock, and for how many seconds it was watched after its first start. */
export interface Watched {
  readonly lines: readonly PodLine[];
  readonly watchedSeconds: number;
}

/** What every arm measures that compares its pods with the model. */
export const BESIDE_MEASURES: Readonly<Record<"compared" | "outside", MeasureText>> = {
  compared: { about: "things of its life that were compared with the model", unit: "things" },
  outside: { about: "things that happened when the model does not allow them", unit: "things" },
};

/** Its kills, ends, starts and first words, each from the moment that it follows from. */
export function besideModel(
  pods: readonly Watched[],
  lives: readonly (readonly PodLine[])[],
): readonly BesideModel[] {
  const killed = lives.some((life) => life.some(({ what }) => what === "Killing"));
  const models = lives.map((lines) => stepsOf(lines, killed));
  const seen = pods.map(({ lines }) => stepsOf(lines, killed));
  const names = new Set([...seen, ...models].flatMap((steps) => [...steps.keys()]));
  return [...names].flatMap((name) => {
    const modelled = models.flatMap((steps) => steps.get(name)?.seconds ?? []);
    const latest = models.map((steps) => steps.get(name)?.at ?? Number.POSITIVE_INFINITY);
    // By the end of the watch every life has it, so that a pod without it is another pod.
    const isDue = ({ watchedSeconds }: Watched): boolean =>
      Math.max(...latest) < watchedSeconds - MARGIN_S;
    const real = seen.flatMap((steps) => steps.get(name)?.seconds ?? []);
    const missing = pods.some((pod, index) => !seen[index]?.has(name) && isDue(pod));
    if (real.length === 0 && !missing) return [];
    return [rowOf(name, modelled, real, missing)];
  });
}

function rowOf(
  what: string,
  modelled: readonly number[],
  real: readonly number[],
  missing: boolean,
): BesideModel {
  if (modelled.length === 0) return { what, model: null, real: real.map(tenth), ok: false };
  const [from, to] = [Math.min(...modelled), Math.max(...modelled)];
  const within = real.every((one) => one >= from - EARLY_S && one <= to + LATE_S);
  const model = { from: tenth(from), to: tenth(to) };
  return { what, model, real: real.map(tenth), ok: within && !missing };
}

interface Step {
  /** Since what it follows from. */
  readonly seconds: number;
  /** Since the first start. */
  readonly at: number;
}

/**
 * By name, in order of time. Each is told from what it follows from, so that what makes a node slow does not add up over a pod's life:
 * a kill from its container's start, an end from the kill, a start from the end before.
 */
function stepsOf(lines: readonly PodLine[], killed: boolean): ReadonlyMap<string, Step> {
  const times = (what: string): readonly number[] =>
    lines.filter((line) => line.what === what).map(({ at }) => at);
  const [started, exited, killing] = [times("started"), times("exited"), times("Killing")];
  const [first] = started;
  const steps = new Map<string, Step>();
  if (first === undefined) return steps;
  const add = (name: string, at: number | undefined, since: number | undefined): void => {
    if (at === undefined || since === undefined) return;
    steps.set(name, { seconds: at - since, at: at - first });
  };
  add("first Unhealthy, after start 1", times("Unhealthy")[0], first);
  for (let life = 0; life < LIVES_SHOWN; life += 1) {
    const number = life + 1;
    add(`kill ${number}, after start ${number}`, killing[life], started[life]);
    if (killed) add(`end ${number}, after kill ${number}`, exited[life], killing[life]);
    else add(`end ${number}, after start ${number}`, exited[life], started[life]);
    add(`start ${number + 1}, after end ${number}`, started[life + 1], exited[life]);
  }
  return steps;
}

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;

/** The node's times are whole seconds, so that what lies between two of them is a second less, or more, than it is. */
const EARLY_S = 1;
/** And a node that others use takes its time to start a container or a probe's command. */
const LATE_S = 3;
/** The API may show late what comes last. */
const MARGIN_S = 5;
const LIVES_SHOWN = 4;
