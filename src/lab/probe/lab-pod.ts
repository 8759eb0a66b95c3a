import type { Container, Pod, PodSpec, Probe, ProbeHandler } from "#model/kube/pod.js";

/** The fields of a probe by the letters in which people discuss them; seconds and counts. */
export interface ProbeLetters {
  /** Initial delay. */
  readonly D?: number;
  /** Period. */
  readonly P?: number;
  /** Timeout. */
  readonly T?: number;
  /** Failure threshold. */
  readonly F?: number;
  /** Success threshold. */
  readonly SU?: number;
}

/** A probe with Kubernetes' defaults where nothing is said. */
export function probe(handler: ProbeHandler, letters: ProbeLetters = {}): Probe {
  const { D = 0, P = 10, T = 1, F = 3, SU = 1 } = letters;
  return {
    handler,
    initialDelaySeconds: D,
    periodSeconds: P,
    timeoutSeconds: T,
    failureThreshold: F,
    successThreshold: SU,
    terminationGracePeriodSeconds: null,
  };
}

export function httpGet(port: number, path: string): ProbeHandler {
  return { kind: "httpGet", scheme: "HTTP", host: null, port, path, httpHeaders: [] };
}

export function container(fields: Partial<Container> = {}): Container {
  const amounts = { cpuMillis: null, memoryBytes: null };
  return {
    ...{ name: "app", image: "app:1", command: null, args: null, workingDir: null, ports: [] },
    ...{ env: [], envFrom: [], resources: { limits: amounts, requests: amounts } },
    ...{ volumeMounts: [], livenessProbe: null, readinessProbe: null, startupProbe: null },
    lifecycle: { postStart: null, preStop: null, stopSignal: null },
    ...{ restartPolicy: null, restartPolicyRules: [] },
    ...fields,
  };
}

export function pod(fields: Partial<PodSpec> = {}): Pod {
  return {
    ...{ name: "pod", namespace: "default", labels: {}, annotations: {} },
    spec: {
      ...{ restartPolicy: "Always", terminationGracePeriodSeconds: 30 },
      ...{ initContainers: [], containers: [container()], volumes: [], readinessGates: [] },
      ...{ shareProcessNamespace: false, hostNetwork: false },
      ...fields,
    },
  };
}
