import type { Container, EnvVar, HookHandler } from "#model/kube/pod.js";
import type { Workload } from "#model/kube/workload.js";
import type { LifeInput, Reload } from "#simulate/life/life-input.js";
import type { Changes } from "#simulate/recommend/advise/advice.js";

/** The same simulation with the workload as the patch makes it, and a supervisor that is told. */
export function applyChanges(input: LifeInput, changes: Changes): LifeInput {
  const { workload, service, reload } = input;
  const change = (container: Container): Container =>
    container.name === service.container ? applyToContainer(container, changes) : container;
  const { template } = workload;
  const { spec } = template;
  return {
    ...input,
    reload: applyToReload(reload, changes),
    workload: {
      ...workload,
      rollout: applyToRollout(workload, changes),
      template: {
        ...template,
        spec: {
          ...spec,
          terminationGracePeriodSeconds: changes.graceSeconds ?? spec.terminationGracePeriodSeconds,
          containers: spec.containers.map(change),
          initContainers: spec.initContainers.map(change),
        },
      },
    },
  };
}

function applyToReload(reload: Reload | null, { hotpodGraceSeconds }: Changes): Reload | null {
  if (reload?.kind !== "hotpod" || hotpodGraceSeconds === undefined) return reload;
  return { ...reload, policy: { ...reload.policy, graceMs: hotpodGraceSeconds * 1_000 } };
}

function applyToRollout({ rollout }: Workload, changes: Changes): Workload["rollout"] {
  if (rollout === null) return null;
  const { maxUnavailablePods, maxSurgePods } = changes;
  const pods = (count: number) => ({ kind: "count", pods: count }) as const;
  return {
    ...rollout,
    minReadySeconds: changes.minReadySeconds ?? rollout.minReadySeconds,
    progressDeadlineSeconds: changes.progressDeadlineSeconds ?? rollout.progressDeadlineSeconds,
    maxSurge: maxSurgePods === undefined ? rollout.maxSurge : pods(maxSurgePods),
    maxUnavailable:
      maxUnavailablePods === undefined ? rollout.maxUnavailable : pods(maxUnavailablePods),
  };
}

function applyToContainer(container: Container, changes: Changes): Container {
  const { lifecycle, resources } = container;
  return {
    ...container,
    startupProbe: changes.startupProbe ?? container.startupProbe,
    livenessProbe: changes.livenessProbe ?? container.livenessProbe,
    readinessProbe: changes.readinessProbe ?? container.readinessProbe,
    env: withGrace(container.env, changes),
    lifecycle: { ...lifecycle, preStop: preStopOf(lifecycle.preStop, changes) },
    resources: {
      ...resources,
      limits: {
        ...resources.limits,
        memoryBytes: changes.memoryLimitBytes ?? resources.limits.memoryBytes,
      },
    },
  };
}

function withGrace(env: readonly EnvVar[], { hotpodGraceSeconds }: Changes): readonly EnvVar[] {
  if (hotpodGraceSeconds === undefined) return env;
  const name = "HOTPOD_GRACE";
  const others = env.filter((one) => one.name !== name);
  return [...others, { name, value: `${hotpodGraceSeconds}s`, from: null }];
}

function preStopOf(current: HookHandler | null, { preStopSeconds }: Changes): HookHandler | null {
  if (preStopSeconds === undefined) return current;
  return preStopSeconds === 0 ? null : { kind: "sleep", seconds: preStopSeconds };
}
