import type { Container, Probe, ProbeHandler } from "#model/kube/pod.js";
import type { PatchValue } from "#model/life/recommendation.js";
import type { Changes } from "#simulate/recommend/advise/advice.js";
import type { KnownFacts } from "./known-facts.js";
import { containerList, podSpecFields } from "./manifest-path.js";

type PatchObject = { readonly [key: string]: PatchValue };

/** A strategic-merge patch of the workload: lists of containers and variables merge by name. */
export function patchOf(facts: KnownFacts, changes: Changes): PatchValue {
  const { input, container } = facts;
  const changed = containerPatch(container, changes);
  const podSpec: PatchObject = {
    ...(changes.graceSeconds === undefined
      ? {}
      : { terminationGracePeriodSeconds: changes.graceSeconds }),
    ...(Object.keys(changed).length === 0
      ? {}
      : { [containerList(facts)]: [{ name: container.name, ...changed }] }),
  };
  const [first = "spec", ...rest] = podSpecFields(input.workload);
  const inner = [...rest]
    .reverse()
    .reduce<PatchObject>((value, field) => ({ [field]: value }), podSpec);
  return { [first]: { ...rolloutPatch(changes), ...inner } };
}

function rolloutPatch(changes: Changes): PatchObject {
  const { minReadySeconds, progressDeadlineSeconds, maxUnavailablePods, maxSurgePods } = changes;
  const rollingUpdate = present({ maxUnavailable: maxUnavailablePods, maxSurge: maxSurgePods });
  return {
    ...present({ minReadySeconds, progressDeadlineSeconds }),
    ...(Object.keys(rollingUpdate).length === 0 ? {} : { strategy: { rollingUpdate } }),
  };
}

function containerPatch(container: Container, changes: Changes): PatchObject {
  const { startupProbe, livenessProbe, readinessProbe } = changes;
  return {
    ...(changes.hotpodGraceSeconds === undefined
      ? {}
      : { env: [{ name: "HOTPOD_GRACE", value: `${changes.hotpodGraceSeconds}s` }] }),
    ...probePatch("startupProbe", startupProbe, container.startupProbe),
    ...probePatch("livenessProbe", livenessProbe, container.livenessProbe),
    ...probePatch("readinessProbe", readinessProbe, container.readinessProbe),
    ...preStopPatch(container, changes.preStopSeconds),
    ...(changes.memoryLimitBytes === undefined
      ? {}
      : { resources: { limits: { memory: `${changes.memoryLimitBytes / 2 ** 20}Mi` } } }),
  };
}

/** A hook has exactly one handler: the one that is there has to go with null, or the API server refuses both. */
function preStopPatch(container: Container, seconds: number | undefined): PatchObject {
  const { preStop } = container.lifecycle;
  if (seconds === undefined) return {};
  if (seconds === 0) return preStop === null ? {} : { lifecycle: { preStop: null } };
  const other = preStop !== null && preStop.kind !== "sleep" ? { [preStop.kind]: null } : {};
  return { lifecycle: { preStop: { ...other, sleep: { seconds } } } };
}

function probePatch(name: string, probe: Probe | undefined, current: Probe | null): PatchObject {
  if (probe === undefined) return {};
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, successThreshold } = probe;
  return {
    [name]: {
      ...(current === null ? handlerPatch(probe.handler) : {}),
      initialDelaySeconds,
      periodSeconds,
      timeoutSeconds,
      successThreshold,
      failureThreshold: probe.failureThreshold,
      ...present({
        terminationGracePeriodSeconds: probe.terminationGracePeriodSeconds ?? undefined,
      }),
    },
  };
}

function handlerPatch(handler: ProbeHandler): PatchObject {
  switch (handler.kind) {
    case "exec":
      return { exec: { command: [...handler.command] } };
    case "grpc":
      return { grpc: { port: handler.port, service: handler.service } };
    case "tcpSocket":
      return { tcpSocket: present({ port: handler.port, host: handler.host ?? undefined }) };
    case "httpGet": {
      const { path, port, scheme, host, httpHeaders } = handler;
      return {
        httpGet: present({
          path,
          port,
          scheme,
          host: host ?? undefined,
          httpHeaders:
            httpHeaders.length === 0 ? undefined : httpHeaders.map((one) => ({ ...one })),
        }),
      };
    }
  }
}

/** Without the fields that are undefined. */
function present(fields: Readonly<Record<string, PatchValue | undefined>>): PatchObject {
  const entries = Object.entries(fields).filter(
    (one): one is [string, PatchValue] => one[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
