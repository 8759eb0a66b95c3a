import type { Fleet, LifeInput } from "#simulate/life/life-input.js";
import type { LifePod } from "#simulate/life/pod/life-pod.js";
import type { Director, Scene } from "#simulate/life/run-life.js";
import { middleOf } from "#simulate/life/time/stream.js";
import { fleetArrivals } from "./fleet-arrivals.js";

/** One save for every replica, all at once or a few at a time. */
export function fleetDirector(input: LifeInput, fleet: Fleet): Director {
  return fleet.policy === "all-at-once" ? allAtOnce(input, fleet) : rolling(input, fleet);
}

function makePods(scene: Scene, input: LifeInput): LifePod[] {
  return Array.from({ length: input.workload.replicas }, () => scene.add());
}

/** Each replica has the save as soon as it reaches it. */
function allAtOnce(input: LifeInput, { spreadUs }: Fleet): Director {
  let scene: Scene | null = null;
  let pods: LifePod[] = [];
  return {
    begin(of) {
      scene = of;
      pods = makePods(of, input);
    },
    changed: () => {},
    gone: () => {},
    saved(save) {
      if (scene === null) return;
      const { heap, deliver } = scene;
      const at = { at: heap.now, index: save };
      const arrivals = fleetArrivals(at, pods.length, { seed: input.seed, spreadUs });
      for (const [index, arrival] of arrivals.entries()) {
        const pod = pods[index];
        if (pod !== undefined) heap.after(arrival - heap.now, () => deliver(pod, save));
      }
    },
  };
}

/** A wave of one save through the replicas. */
interface Wave {
  readonly save: number;
  readonly waiting: LifePod[];
  /** Who has it and does not answer with it yet. */
  readonly updating: Set<LifePod>;
  paused: boolean;
}

/**
 * At most `maxUnavailable` replicas have the newest save without answering with it, or are not ready. One that does not make it in
 * time pauses the wave: the others keep what they have, until the next save.
 */
function rolling(input: LifeInput, { maxUnavailable, spreadUs }: Fleet): Director {
  let scene: Scene | null = null;
  let pods: LifePod[] = [];
  let wave: Wave | null = null;
  const goOn = (): void => {
    const current = wave;
    if (scene === null || current === null || current.paused) return;
    const { heap, deliver } = scene;
    const unready = pods.filter((pod) => !pod.record.ready && !current.updating.has(pod)).length;
    while (current.updating.size + unready < Math.max(1, maxUnavailable)) {
      const pod = current.waiting.shift();
      if (pod === undefined) return;
      current.updating.add(pod);
      const [arrival = heap.now] = fleetArrivals({ at: heap.now, index: current.save }, 1, {
        seed: input.seed + pod.index,
        spreadUs,
      });
      heap.after(arrival - heap.now, () => deliver(pod, current.save));
      heap.after(arrival - heap.now + patienceUs(input), () => {
        if (wave === current && current.updating.has(pod)) current.paused = true;
      });
    }
  };
  return {
    begin(of) {
      scene = of;
      pods = makePods(of, input);
    },
    changed: goOn,
    gone: goOn,
    served(pod) {
      wave?.updating.delete(pod);
      goOn();
    },
    saved(save) {
      wave = { save, waiting: [...pods], updating: new Set(), paused: false };
      goOn();
    },
  };
}

/** An update that takes three times as long as measured, and half a minute, is not coming. */
function patienceUs({ service, reload }: LifeInput): number {
  const settleUs = reload?.kind === "tool" ? reload.tool.settleUs : 0;
  const parts = [service.build, service.appStart, service.stopTime];
  const us = parts.reduce((sum, one) => sum + (one === null ? 0 : middleOf(one)), settleUs);
  return 3 * us + 30_000_000;
}
