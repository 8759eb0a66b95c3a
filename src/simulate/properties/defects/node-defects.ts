import type { PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { Place, PodHost, PodListener } from "#kubelet/machine/pod-host.js";
import { CODES, type Prober, WAKE_GRACE } from "#kubelet/machine/pod-state.js";
import type { Breakage } from "#simulate/properties/check-case.js";
import type { Defect } from "./defect.js";

/** A kubelet that forgets, or does things another way round. */
export const nodeDefects: readonly Defect[] = [
  {
    name: "run-reset-by-restart",
    says: "a new instance does not inherit the failures of one that ended by itself",
    breaks: ["K6"],
    breakage: atStart(({ worker }) => {
      worker.run = 0;
      worker.lastResult = null;
    }),
  },
  {
    name: "ticks-reanchored-by-restart",
    says: "a probe's ticks begin anew with each instance",
    breaks: ["K3"],
    breakage: atStart((prober, machine, host) => {
      const at = host.now() + prober.periodUs;
      machine.state.dueAt[prober.code] = at;
      host.wakeAt(prober.code, at);
    }),
  },
  {
    name: "still-ready-after-restart",
    says: "a new instance keeps the old one's readiness",
    breaks: ["K24"],
    breakage: atStart((prober, machine) => {
      const instance = machine.state.members[prober.place]?.instance ?? -1;
      if (prober.kind === "readiness" && instance > 0) prober.worker.seen = instance;
    }),
  },
  {
    name: "asks-on-after-a-verdict",
    says: "a probe whose verdict is known goes on asking",
    breaks: ["K9"],
    breakage: telling(({ told }, machine) => ({
      verdict(place, kind, verdict) {
        told.verdict(place, kind, verdict);
        for (const prober of machine().state.members[place]?.probers ?? []) {
          if (prober?.kind === kind) prober.worker.onHold = false;
        }
      },
    })),
  },
  {
    name: "no-back-off",
    says: "every restart is as immediate as the first",
    breaks: ["K19"],
    breakage: telling(({ told }, machine) => ({
      exited(place, exitCode, reason) {
        const member = machine().state.members[place];
        if (member !== undefined) member.backOff = null;
        told.exited(place, exitCode, reason);
      },
    })),
  },
  {
    name: "kill-before-prestop",
    says: "SIGKILL comes instead of preStop",
    breaks: ["K16"],
    breakage: {
      node: (host) => ({
        ...host,
        hook(place, which, handler) {
          if (which !== "preStop") return host.hook(place, which, handler);
          host.told.signal(place, "SIGKILL");
          host.kill(place);
        },
      }),
    },
  },
  {
    name: "stop-during-prestop",
    says: "the stop signal does not wait for preStop",
    breaks: ["K16"],
    breakage: {
      node: (host, machine) => ({
        ...host,
        hook(place, which, handler) {
          if (which !== "preStop") host.hook(place, which, handler);
          else machine().hookEnded(place, which, true);
        },
      }),
    },
  },
  {
    name: "grace-1s-too-short",
    says: "SIGKILL comes a second early",
    breaks: ["K16"],
    breakage: {
      node: (host, machine) => ({
        ...host,
        wakeAt(code, at) {
          const early = code % CODES === WAKE_GRACE ? at - 1_000_000 : at;
          machine().state.dueAt[code] = early;
          host.wakeAt(code, early);
        },
      }),
    },
  },
];

function telling(
  parts: (host: PodHost, machine: () => PodMachine) => Partial<PodListener>,
): Breakage {
  return {
    node: (host, machine) => ({ ...host, told: { ...host.told, ...parts(host, machine) } }),
  };
}

/** Something happens to each worker of a container that starts. */
function atStart(act: (prober: Prober, machine: PodMachine, host: PodHost) => void): Breakage {
  return telling((host, machine) => ({
    started(place: Place, restartCount: number) {
      host.told.started(place, restartCount);
      if (restartCount === 0) return;
      for (const prober of machine().state.members[place]?.probers ?? []) {
        if (prober !== null) act(prober, machine(), host);
      }
    },
  }));
}
