import type { ProbeLetters } from "#lab/probe/lab-pod.js";
import type { Script, VirtualOptions } from "#lab/probe/virtual-pod.js";

/** A pod that the lab's kubelet and the model in virtual time must live through alike. Seconds. */
export interface SelfCase extends VirtualOptions {
  readonly name: string;
  readonly liveness: ProbeLetters | null;
  readonly readiness: ProbeLetters | null;
  readonly startup: ProbeLetters | null;
  readonly script: Script;
  /** It takes minutes even where times are scaled. */
  readonly long?: true;
}

const usual: ProbeLetters = { D: 5, P: 10, F: 3 };
const steady: Script = { exitsAfter: () => null, termTakes: () => 0, healthy: () => true };
const from = (age: number): Script => ({ ...steady, healthy: (now) => now >= age });
const outage = (begins: number, lasts: number): Script => ({
  ...steady,
  healthy: (age) => age < begins || age >= begins + lasts,
});

function selfCase(name: string, fields: Partial<SelfCase>): SelfCase {
  return {
    ...{ name, liveness: usual, readiness: null, startup: null, script: steady },
    ...{ phaseSeconds: 3, untilSeconds: 60, deleted: null },
    ...fields,
  };
}

/** Instants of the scripts stay away from those of the probes, so that no case is decided by a millisecond. */
export const SELF_CASES: readonly SelfCase[] = [
  selfCase("cold start of 12 s, first probe too early", { script: from(12), phaseSeconds: 7 }),
  selfCase("cold start of 12 s, first probe in time", { script: from(12), phaseSeconds: 4.5 }),
  selfCase("cold start of 30 s, killed", { script: from(30), phaseSeconds: 7, untilSeconds: 50 }),
  selfCase("cold start of 36 s, killed again and again", { script: from(36), untilSeconds: 75 }),
  selfCase("outage of 3.8 s", { script: outage(21.1, 3.8) }),
  selfCase("outage of 3.8 s, threshold 1", {
    liveness: { ...usual, F: 1 },
    script: outage(21.1, 3.8),
  }),
  selfCase("outage of 12 s, threshold 2", {
    liveness: { ...usual, F: 2 },
    script: outage(21, 12.5),
  }),
  selfCase("never healthy: crash loop by probe", {
    script: { ...steady, healthy: () => false },
    untilSeconds: 130,
  }),
  selfCase("exits at once: crash loop", {
    liveness: null,
    script: { ...steady, exitsAfter: () => 0.2 },
    untilSeconds: 80,
  }),
  selfCase("lives 5 s: crash loop", {
    liveness: null,
    script: { ...steady, exitsAfter: () => 5 },
    untilSeconds: 95,
  }),
  selfCase("startup probe first", {
    startup: { P: 5, F: 30 },
    readiness: { P: 30 },
    liveness: { P: 10 },
    script: from(10.5),
  }),
  selfCase("deleted, SIGTERM ignored", {
    script: { ...steady, termTakes: () => null },
    deleted: { at: 20, graceSeconds: 10 },
    untilSeconds: 40,
  }),
  selfCase("never healthy: back-off to its limit of 5 minutes", {
    script: { ...steady, healthy: () => false },
    untilSeconds: 840,
    long: true,
  }),
  selfCase("exits at once: back-off to its limit of 5 minutes", {
    liveness: null,
    script: { ...steady, exitsAfter: () => 0.2 },
    untilSeconds: 640,
    long: true,
  }),
  selfCase("lives 5 s: back-off to its limit of 5 minutes", {
    liveness: null,
    script: { ...steady, exitsAfter: () => 5 },
    untilSeconds: 670,
    long: true,
  }),
  selfCase("lives 11 minutes: the back-off begins anew", {
    liveness: null,
    script: { ...steady, exitsAfter: () => 660 },
    untilSeconds: 1_360,
    long: true,
  }),
];
