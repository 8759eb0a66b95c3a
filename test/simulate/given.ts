/** Simulations to start a test from: one pod, one container, an ideal node, and nothing that happens. */

import type { Policy } from "#config/policy.js";
import type { Container, Pod, Probe } from "#model/kube/pod.js";
import type { Workload } from "#model/kube/workload.js";
import type { Distribution, LifeInput, ServiceModel } from "#simulate/life/life-input.js";
import { defaults } from "#test/generation/scene.js";

export const s = (seconds: number): number => Math.round(seconds * 1_000_000);
export const takes = (seconds: number): Distribution => ({ kind: "const", us: s(seconds) });

/** As the API server defaults them: D 0, P 10, T 1, F 3. */
export function probe(parts: Partial<Probe> = {}): Probe {
  return {
    handler: {
      kind: "httpGet",
      scheme: "HTTP",
      host: null,
      port: 8080,
      path: "/healthz",
      httpHeaders: [],
    },
    initialDelaySeconds: 0,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    terminationGracePeriodSeconds: null,
    ...parts,
  };
}

/** Liveness as the worked examples write it. */
export const dpf = (delay: number, period: number, failures: number, timeout = 1): Probe =>
  probe({
    initialDelaySeconds: delay,
    periodSeconds: period,
    failureThreshold: failures,
    timeoutSeconds: timeout,
  });

export function container(parts: Partial<Container> = {}): Container {
  return {
    name: "api",
    image: "api:1",
    command: null,
    args: null,
    workingDir: null,
    ports: [{ name: null, containerPort: 8080, protocol: "TCP" }],
    env: [],
    envFrom: [],
    resources: {
      limits: { cpuMillis: null, memoryBytes: null },
      requests: { cpuMillis: null, memoryBytes: null },
    },
    volumeMounts: [],
    livenessProbe: null,
    readinessProbe: null,
    startupProbe: null,
    lifecycle: { postStart: null, preStop: null, stopSignal: null },
    restartPolicy: null,
    restartPolicyRules: [],
    ...parts,
  };
}

export function pod(api: Partial<Container> = {}, spec: Partial<Pod["spec"]> = {}): Pod {
  return {
    name: "shop",
    namespace: "default",
    labels: {},
    annotations: {},
    spec: {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      initContainers: [],
      containers: [container(api)],
      volumes: [],
      readinessGates: [],
      shareProcessNamespace: false,
      hostNetwork: false,
      ...spec,
    },
  };
}

export function workload(template: Pod, parts: Partial<Workload> = {}): Workload {
  const { name, namespace } = template;
  return { kind: "Pod", name, namespace, template, replicas: 1, rollout: null, ...parts };
}

/** As the API server defaults it: a quarter more, a quarter fewer. */
export function deployment(template: Pod, replicas: number): Workload {
  const quarter = { kind: "percent", percent: 25 } as const;
  return workload(template, {
    kind: "Deployment",
    replicas,
    rollout: {
      type: "RollingUpdate",
      maxSurge: quarter,
      maxUnavailable: quarter,
      minReadySeconds: 0,
      progressDeadlineSeconds: 600,
    },
  });
}

export function service(parts: Partial<ServiceModel> = {}): ServiceModel {
  return {
    container: "api",
    build: null,
    coldBuild: null,
    appStart: null,
    coldStart: null,
    stopTime: null,
    drain: null,
    healthLatency: null,
    healthLatencyBuild: null,
    imagePull: null,
    init: {},
    onTerm: { kind: "exits", afterUs: 0, code: 0 },
    whileDown: "refused",
    whileStarting: "refused",
    rssBytes: null,
    buildRssBytes: null,
    ...parts,
  };
}

export function lifeInput(of: Workload, parts: Partial<LifeInput> = {}): LifeInput {
  return {
    workload: of,
    minor: 36,
    runtime: "containerd",
    service: service(),
    reload: null,
    saves: [],
    faults: [],
    clients: {
      ratePerS: 0,
      serviceUs: s(0.01),
      timeoutUs: s(5),
      keepAlive: 0,
      longestPauseUs: 0,
      looksAtIdle: true,
      long: { count: 0, durationUs: 0 },
    },
    durationUs: s(900),
    phase: { kind: "expected" },
    seed: 1,
    rollout: false,
    fleet: null,
    node: {
      containerStartUs: s(2),
      detectionUs: takes(0),
      requeueJitter: 1,
      endpointLag: { kind: "uniform", fromUs: 0, toUs: s(2) },
      wallFraction: 0,
      kubeletAgeUs: s(86_400),
    },
    ...parts,
  };
}

/** hotpod's defaults, with a service that is asked whether it is ready. */
export const policy: Policy = { ...defaults, readyHttp: true };
