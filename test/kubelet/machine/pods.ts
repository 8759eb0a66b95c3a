import type { Container, Pod, PodSpec, Probe } from "#model/kube/pod.js";

/** A probe by its letters: D initial delay, P period, T timeout, F failures, SU successes, TG grace. */
export function probe(
  { D = 0, P = 10, T = 1, F = 3, SU = 1, TG = null as number | null } = {},
  handler: Probe["handler"] = {
    ...{ kind: "httpGet", scheme: "HTTP", host: null, port: 8080, path: "/", httpHeaders: [] },
  },
): Probe {
  return {
    handler,
    initialDelaySeconds: D,
    periodSeconds: P,
    timeoutSeconds: T,
    failureThreshold: F,
    successThreshold: SU,
    terminationGracePeriodSeconds: TG,
  };
}

export function container(fields: Partial<Container> = {}): Container {
  const amounts = { cpuMillis: null, memoryBytes: null };
  return {
    ...{ name: "c", image: "i:1", command: null, args: null, workingDir: null, ports: [] },
    ...{ env: [], envFrom: [], resources: { limits: amounts, requests: amounts } },
    ...{ volumeMounts: [], livenessProbe: null, readinessProbe: null, startupProbe: null },
    lifecycle: { postStart: null, preStop: null, stopSignal: null },
    ...{ restartPolicy: null, restartPolicyRules: [] },
    ...fields,
  };
}

export function pod(fields: Partial<PodSpec> = {}): Pod {
  return {
    ...{ name: "p", namespace: "default", labels: {}, annotations: {} },
    spec: {
      ...{ restartPolicy: "Always", terminationGracePeriodSeconds: 30 },
      ...{ initContainers: [], containers: [container()], volumes: [], readinessGates: [] },
      ...{ shareProcessNamespace: false, hostNetwork: false },
      ...fields,
    },
  };
}
