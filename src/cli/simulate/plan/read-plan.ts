import { UserError } from "#base/user-error.js";
import { inputError } from "#cli/simulate/input-error.js";
import type { InputRow } from "#cli/simulate/input-row.js";
import { readInputText } from "#cli/simulate/load-manifests.js";
import type { SimulateOptions } from "#cli/simulate/simulate-options.js";
import type { Micros } from "#model/life/life-event.js";
import type { Fault, LifeInput, Save } from "#simulate/life/life-input.js";
import { planOrigin } from "./plan-origin.js";
import { readFaults } from "./read-faults.js";
import { readSaves } from "./read-saves.js";

/** What happens during a simulation, in its own time, and how long it is. */
export interface Plan {
  readonly saves: readonly Save[];
  readonly faults: readonly Fault[];
  readonly durationUs: Micros;
  readonly rows: readonly InputRow[];
}

const MINUTE = 60_000_000;
/** Pods times seconds: more than minutes of work. */
const POD_SECONDS_MAX = 50_000_000;

/** One plan for all lives that are compared, from when the last of them is up. */
export function readPlan(lives: readonly LifeInput[], options: SimulateOptions): Plan {
  const planned = options.saves !== null || options.faults.length > 0;
  const origin = planned ? originOf(lives, options) : { us: 0, row: null };
  const horizonUs =
    options.durationUs === null ? 10 * MINUTE : Math.max(0, options.durationUs - origin.us);
  const { saves, faults } = entriesOf(options, horizonUs);
  const last = Math.max(
    0,
    ...saves.slice(-1).map(({ at }) => at),
    ...faults.map((fault) => ("untilUs" in fault ? fault.untilUs : fault.at)),
  );
  const durationUs = options.durationUs ?? origin.us + Math.max(10 * MINUTE, last + 5 * MINUTE);
  refuseTooMuch(lives, durationUs);
  return {
    saves: saves.map((save) => ({ ...save, at: save.at + origin.us })),
    faults: faults.map((fault) => later(fault, origin.us)),
    durationUs,
    rows: [
      ...(options.saves === null ? [] : [row("saves", options.saves, "--saves")]),
      ...options.faults.map((text) => row("faults", text, "--faults")),
      ...(origin.row === null ? [] : [origin.row]),
      row(
        "simulated time",
        secondsText(durationUs),
        options.durationUs === null ? "default" : "--for",
      ),
    ],
  };
}

const row = (name: string, value: string, source: string): InputRow => ({ name, value, source });

const secondsText = (us: Micros): string => `${us / 1_000_000}s`;

function originOf(
  lives: readonly LifeInput[],
  { planFromUs }: SimulateOptions,
): { us: Micros; row: InputRow | null } {
  if (planFromUs !== null) {
    return {
      us: planFromUs,
      row: row("saves and faults count from", secondsText(planFromUs), "--plan-from"),
    };
  }
  const origins = lives.map(planOrigin);
  if (origins.includes(null)) {
    const why = "the service does not come up within 15 minutes";
    return { us: 0, row: row("saves and faults count from", "0s", why) };
  }
  const us = Math.max(...origins.filter((one) => one !== null));
  return {
    us,
    row: row("saves and faults count from", secondsText(us), "by then the service is up"),
  };
}

function entriesOf(
  options: SimulateOptions,
  untilUs: Micros,
): { saves: readonly Save[]; faults: readonly Fault[] } {
  const saves = textOf(options.saves, "--saves");
  const read = readSaves(saves.text, saves.name, {
    ...{ isFile: saves.isFile, seed: options.seed, untilUs },
  });
  const faults = options.faults.map((given) => {
    const { text, name, isFile } = textOf(given, "--faults");
    return readFaults(text, name, { isFile, untilUs });
  });
  const problems = [...read.problems, ...faults.flatMap((one) => one.problems)];
  if (problems.length > 0) throw inputError("simulate-plan", problems);
  const values = faults.flatMap((one) => one.values).sort((a, b) => a.at - b.at);
  return { saves: read.values, faults: values };
}

/** What is a path, by its slash or its ending, is a file that holds a plan. */
function textOf(
  given: string | null,
  flag: string,
): { text: string; name: string; isFile: boolean } {
  if (given === null) return { text: "", name: flag, isFile: false };
  const isFile = /^(\.{0,2}\/|\S+\.(txt|plan|saves|faults)$)/.test(given);
  return isFile
    ? { text: readInputText(given), name: given, isFile }
    : { text: given, name: flag, isFile };
}

function later(fault: Fault, us: Micros): Fault {
  return "untilUs" in fault
    ? { ...fault, at: fault.at + us, untilUs: fault.untilUs + us }
    : { ...fault, at: fault.at + us };
}

function refuseTooMuch(lives: readonly LifeInput[], durationUs: Micros): void {
  const replicas = Math.max(1, ...lives.map(({ workload }) => workload.replicas));
  const podSeconds = replicas * (durationUs / 1_000_000);
  if (podSeconds <= POD_SECONDS_MAX) return;
  const [asked, most] = [Math.round(podSeconds), POD_SECONDS_MAX].map((n) =>
    n.toLocaleString("en"),
  );
  throw new UserError({
    code: "too-much",
    message: `${replicas} pods over ${secondsText(durationUs)} are ${asked} pod-seconds, at most ${most}`,
    hint: "Simulate fewer --replicas, or a shorter --for.",
  });
}
