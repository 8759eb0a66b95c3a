import type { Container, PodSpec, Probe } from "#model/kube/pod.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { Defect } from "./defect.js";

/** A kubelet that does not do what a field of the pod says. */
export const specDefects: readonly Defect[] = [
  {
    name: "no-initial-delay",
    says: "initialDelaySeconds is not kept",
    breaks: ["K4"],
    breakage: { input: withProbes((probe) => ({ ...probe, initialDelaySeconds: 0 })) },
  },
  {
    name: "one-failure-too-few",
    says: "a probe kills one failure before its threshold",
    breaks: ["K9"],
    breakage: {
      input: withProbes((probe) => ({
        ...probe,
        failureThreshold: Math.max(1, probe.failureThreshold - 1),
      })),
    },
  },
  {
    name: "one-success-is-enough",
    says: "successThreshold is not kept",
    breaks: ["K24"],
    breakage: { input: withProbes((probe) => ({ ...probe, successThreshold: 1 })) },
  },
  {
    name: "no-startup-gate",
    says: "liveness and readiness do not wait for the startup probe",
    breaks: ["K5"],
    breakage: { input: withContainers((one) => ({ ...one, startupProbe: null })) },
  },
  {
    name: "no-grace-of-its-own",
    says: "a probe's own grace period is not kept",
    breaks: ["K16"],
    breakage: {
      input: withProbes((probe) => ({ ...probe, terminationGracePeriodSeconds: null })),
    },
  },
  {
    name: "no-prestop",
    says: "preStop is not run",
    breaks: ["K16"],
    breakage: {
      input: withContainers((one) => ({ ...one, lifecycle: { ...one.lifecycle, preStop: null } })),
    },
  },
  {
    name: "always-restart",
    says: "what has ended well is started again in spite of OnFailure",
    breaks: ["K18"],
    breakage: { input: withSpec((spec) => ({ ...spec, restartPolicy: "Always" })) },
  },
  {
    name: "init-backwards",
    says: "init containers run in another order",
    breaks: ["K21"],
    breakage: {
      input: withSpec((spec) => ({ ...spec, initContainers: spec.initContainers.toReversed() })),
    },
  },
];

function withSpec(change: (spec: PodSpec) => PodSpec): (input: LifeInput) => LifeInput {
  return (input) => {
    const { template } = input.workload;
    const changed = { ...template, spec: change(template.spec) };
    return { ...input, workload: { ...input.workload, template: changed } };
  };
}

function withContainers(change: (one: Container) => Container): (input: LifeInput) => LifeInput {
  return withSpec((spec) => ({
    ...spec,
    initContainers: spec.initContainers.map(change),
    containers: spec.containers.map(change),
  }));
}

function withProbes(change: (probe: Probe) => Probe): (input: LifeInput) => LifeInput {
  const changed = (probe: Probe | null): Probe | null => (probe === null ? null : change(probe));
  return withContainers((one) => ({
    ...one,
    livenessProbe: changed(one.livenessProbe),
    readinessProbe: changed(one.readinessProbe),
    startupProbe: changed(one.startupProbe),
  }));
}
