/** A cluster in which a new pod is ready so many seconds after it was made, and an old one is gone at once. */
import type { Rollout } from "#model/kube/workload.js";
import { agenda } from "#simulate/agenda.js";
import { createRollout, type RolloutMachine } from "#simulate/fleet/create-rollout.js";
import { s } from "#test/simulate/given.js";

export interface Seen {
  /** Seconds at which new pods were made. */
  readonly created: number[];
  readonly removed: number[];
  /** `[seconds, old wanted, updated wanted]` at the end of each instant at which something changed. */
  readonly steps: [number, number, number][];
  /** Ready pods that are not going, whenever that changed. */
  readonly serving: [number, number][];
  completedAt: number | null;
  deadlineAt: number | null;
  message: string;
}

export const rollout = (parts: Partial<Rollout> = {}): Rollout => ({
  type: "RollingUpdate",
  maxSurge: { kind: "percent", percent: 25 },
  maxUnavailable: { kind: "percent", percent: 25 },
  minReadySeconds: 0,
  progressDeadlineSeconds: 600,
  ...parts,
});

/** `readyAfter` null: never. */
export function roll(
  replicas: number,
  parts: Partial<Rollout>,
  readyAfter: number | null,
  { untilSeconds = 2_000, goneAfter = 0, waits = false } = {},
): Seen {
  const time = agenda();
  const now = () => s(time.now());
  const seen: Seen = {
    ...{ created: [], removed: [], steps: [], serving: [] },
    ...{ completedAt: null, deadlineAt: null, message: "" },
  };
  let machine: RolloutMachine | null = null;
  const count = (): void => {
    if (machine === null) return;
    let serving = 0;
    for (const pod of machine.state.pods.values()) {
      if (!pod.deleting && pod.readySince !== null) serving += 1;
    }
    if (seen.serving.at(-1)?.[1] !== serving) seen.serving.push([time.now(), serving]);
  };
  const old = Array.from({ length: replicas }, (_, n) => ({
    name: `o${n}`,
    readySince: -s(9_999),
  }));
  machine = createRollout({ name: "shop", replicas, rollout: rollout(parts), waits }, old, {
    now,
    wakeAt: (at) => time.after(at / 1e6 - time.now(), () => machine?.woke()),
    create(name) {
      seen.created.push(time.now());
      if (readyAfter === null) return;
      time.after(readyAfter, () => {
        machine?.ready(name, true);
        count();
      });
    },
    remove(name) {
      seen.removed.push(time.now());
      count();
      time.after(goneAfter, () => machine?.gone(name));
    },
    told: {
      step({ old, updated }) {
        if (seen.steps.at(-1)?.[0] === time.now()) seen.steps.pop();
        seen.steps.push([time.now(), old, updated]);
      },
      deadline(_, message) {
        seen.deadlineAt = time.now();
        seen.message = message;
      },
      complete() {
        seen.completedAt = time.now();
      },
    },
  });
  count();
  machine.begin();
  while (time.turn(untilSeconds)) {}
  return seen;
}
