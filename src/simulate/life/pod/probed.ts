import { PROBE_KINDS } from "#kubelet/machine/pod-state.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Container, Probe, ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { Program, ProgramHost } from "#simulate/life/program/program.js";
import type { Meeting } from "#simulate/life/traffic/listener.js";
import {
  faceHearing,
  GOOD,
  refused,
  serviceHearing,
  type Target,
  targetOf,
} from "./answer-probe.js";

/** How the probes of the updated container are answered. */
export interface Probed {
  /** The answer, where it comes at once. */
  ask(kind: ProbeKind, probe: Probe): Outcome | null;
  /** Clients meet something else from now on: questions that wait may be answered by it. */
  met(meeting: Meeting): void;
  /** How long a good answer takes from now on; null: as measured. */
  slow(us: Micros | null): void;
}

export interface ProbedContainer {
  readonly container: Container;
  readonly program: Program;
  readonly host: ProgramHost;
  readonly answer: (kind: ProbeKind, outcome: Outcome) => void;
  readonly failed: (kind: ProbeKind, cause: string | null) => void;
}

export function probed({ container, program, host, answer, failed }: ProbedContainer): Probed {
  const targets = PROBE_KINDS.map((kind): Target | null => {
    const probe = probeOf(container, kind);
    return probe === null ? null : targetOf(probe, container, program.face?.port ?? null);
  });
  const { healthLatency, healthLatencyBuild } = host.input.service;
  const timed = healthLatency !== null || healthLatencyBuild !== null;
  let queuedUs: Micros | null = null;
  const latency = (): Micros => {
    if (queuedUs !== null) return queuedUs;
    if (!timed) return 0;
    const building = program.isBuilding() && healthLatencyBuild !== null;
    return host.draw(building ? "healthLatencyBuild" : "healthLatency") ?? 0;
  };
  let meeting: Meeting = { mode: "closed", cause: "start" };
  let waiting: ((good: boolean) => void)[] = [];

  const noted = (kind: ProbeKind, outcome: Outcome, cause: string | null): Outcome => {
    if (outcome.kind === "failure") failed(kind, cause);
    return outcome;
  };
  const hear = (kind: ProbeKind, outcome: Outcome, cause: string | null): void => {
    answer(kind, noted(kind, outcome, cause));
  };
  const askService = (kind: ProbeKind, probe: Probe): Outcome | null => {
    const { mode, cause } = meeting;
    if (mode === "ok" && !timed && queuedUs === null) return GOOD;
    const hearing = serviceHearing(probe, mode, latency());
    if (hearing.kind === "after") {
      const { us, outcome } = hearing;
      if (us === 0) return noted(kind, outcome, cause);
      host.after(us, () => hear(kind, outcome, cause));
      return null;
    }
    let open = true;
    const settle = (good: boolean): void => {
      if (!open) return;
      open = false;
      hear(kind, good ? GOOD : hearing.late, cause);
    };
    waiting.push(settle);
    host.after(hearing.timeoutUs, () => settle(false));
    return null;
  };
  return {
    slow(us) {
      queuedUs = us;
    },
    ask(kind, probe) {
      const target = targets[PROBE_KINDS.indexOf(kind)];
      if (target?.kind === "nowhere") return target.outcome;
      if (target?.kind !== "face") return askService(kind, target?.probe ?? probe);
      const status = program.face?.answer(target.path ?? "/") ?? null;
      if (status === null) return noted(kind, refused(probe), meeting.cause);
      return noted(kind, faceHearing(target.path === null ? 200 : status), "supervisor");
    },
    met(next) {
      meeting = next;
      const { mode } = next;
      if (waiting.length === 0 || mode === "queueing" || mode === "silent") return;
      const asked = waiting;
      waiting = [];
      for (const settle of asked) settle(mode === "ok");
    },
  };
}
