import type { Prng } from "#base/prng.js";
import type { Micros } from "#model/life/life-event.js";
import type { Fault, Save, SaveOutcome } from "#simulate/life/life-input.js";

const SECOND_US = 1_000_000;
const SAVES_MAX = 20;
const FAULTS_MAX = 5;

/** Saves alone and in bursts, most of them good. */
export function generateSaves(random: Prng, untilUs: Micros): Save[] {
  const saves: Save[] = [];
  const wanted = random.below(SAVES_MAX + 1);
  while (saves.length < wanted) {
    let at = random.below(untilUs);
    const burst = random.chance(1, 3) ? 1 + random.below(6) : 1;
    for (let left = Math.min(burst, wanted - saves.length); left > 0; left--) {
      saves.push({ at, outcome: outcome(random) });
      at = Math.min(untilUs - 1, at + 1 + random.below(2 * SECOND_US));
    }
  }
  return saves.sort((one, other) => one.at - other.at);
}

function outcome(random: Prng): SaveOutcome {
  switch (random.below(12)) {
    case 0:
      return { kind: "buildFail" };
    case 1:
      return { kind: "neverReady" };
    case 2:
      return { kind: "crash", afterUs: random.below(20 * SECOND_US) };
    case 3:
      return { kind: "touch" };
    default:
      return { kind: "ok" };
  }
}

/** What happens to a pod besides; none in half of the cases. */
export function generateFaults(random: Prng, untilUs: Micros): Fault[] {
  const count = random.chance(1, 2) ? 0 : 1 + random.below(FAULTS_MAX);
  const faults = Array.from({ length: count }, () => fault(random, untilUs));
  return faults.sort((one, other) => one.at - other.at);
}

function fault(random: Prng, untilUs: Micros): Fault {
  const at = random.below(untilUs);
  const end = Math.min(untilUs, at + 1 + random.below(40 * SECOND_US));
  switch (random.below(9)) {
    case 0:
    case 1:
      return { kind: "hang", at, pod: null };
    case 2:
    case 3:
      return { kind: "crash", at, pod: null };
    case 4:
      return { kind: "delete", at, pod: null };
    case 5:
      return { kind: "nodeReboot", at };
    case 6:
      return { kind: "configEdit", at };
    case 7:
      return { kind: "dependencyDown", at, untilUs: end };
    default: {
      const how = random.pick(["refused", "silent", "503"] as const);
      return { kind: "outage", at, untilUs: end, how, pod: null };
    }
  }
}
