import type { Policy } from "#config/policy.js";
import type { Container, Pod, Probe } from "#model/kube/pod.js";
import { sampledGiven } from "#simulate/life/given.js";
import type { Distribution, LifeInput } from "#simulate/life/life-input.js";
import { runLife } from "#simulate/life/run-life.js";

const S = 1_000_000;
const PODS = 100;
const SECONDS = 10_000;
/** What one run of `benchLife` lives through. */
export const BENCH_POD_SECONDS = PODS * SECONDS;

/** 100 pods for 10,000 s: three probes every ten seconds, a save a minute, hotpod. Answers the turns taken, so that nobody can leave it out. */
export function benchLife(fastForward: boolean): number {
  const input = benchInput(PODS, SECONDS);
  return runLife(input, sampledGiven(input, 1), { events: false, fastForward }).turns;
}

/** One pod through a quarter of an hour with saves. */
export function quarterHour(): LifeInput {
  return { ...benchInput(1, 900), phase: { kind: "exact" } };
}

function benchInput(replicas: number, seconds: number): LifeInput {
  const template = benchPod();
  const saves = Math.floor(seconds / 60) - 1;
  return {
    workload: {
      ...{ kind: "Deployment", name: "bench", namespace: "default", template, replicas },
      rollout: {
        ...{ type: "RollingUpdate", minReadySeconds: 0, progressDeadlineSeconds: 600 },
        maxSurge: { kind: "percent", percent: 25 },
        maxUnavailable: { kind: "percent", percent: 25 },
      },
    },
    minor: 36,
    runtime: "containerd",
    service: {
      ...{ container: "api", build: takes(3), coldBuild: null, appStart: takes(0.4) },
      ...{ coldStart: takes(0.4), stopTime: null, drain: takes(1), healthLatency: null },
      ...{ healthLatencyBuild: null, imagePull: null, init: {} },
      onTerm: { kind: "drains", code: 0 },
      ...{ whileDown: "refused", whileStarting: "refused", rssBytes: null, buildRssBytes: null },
    },
    reload: { kind: "hotpod", policy: POLICY },
    saves: Array.from({ length: saves }, (_, n) => ({
      at: (n + 1) * 60 * S,
      outcome: { kind: "ok" },
    })),
    faults: [],
    clients: {
      ...{ ratePerS: 100, serviceUs: 10_000, timeoutUs: 5 * S, keepAlive: 0.5 },
      ...{ longestPauseUs: 0, looksAtIdle: true, long: { count: 0, durationUs: 0 } },
    },
    durationUs: seconds * S,
    phase: { kind: "sampled", runs: 1 },
    seed: 1,
    rollout: false,
    fleet: null,
    node: {
      containerStartUs: 2 * S,
      detectionUs: { kind: "uniform", fromUs: 1, toUs: S },
      requeueJitter: 1.25,
      endpointLag: { kind: "uniform", fromUs: 0, toUs: 2 * S },
      ...{ wallFraction: 0, kubeletAgeUs: 86_400 * S },
    },
  };
}

const takes = (seconds: number): Distribution => ({ kind: "const", us: Math.round(seconds * S) });

function benchPod(): Pod {
  return {
    ...{ name: "bench", namespace: "default", labels: {}, annotations: {} },
    spec: {
      ...{ restartPolicy: "Always", terminationGracePeriodSeconds: 30, initContainers: [] },
      ...{ containers: [benchContainer()], volumes: [], readinessGates: [] },
      ...{ shareProcessNamespace: false, hostNetwork: false },
    },
  };
}

function benchContainer(): Container {
  const amounts = { cpuMillis: null, memoryBytes: null };
  return {
    ...{ name: "api", image: "api:1", command: null, args: null, workingDir: null, env: [] },
    ...{ ports: [{ name: null, containerPort: 8080, protocol: "TCP" }], envFrom: [] },
    ...{ resources: { limits: amounts, requests: amounts }, volumeMounts: [] },
    ...{ livenessProbe: probe(3), readinessProbe: probe(3), startupProbe: probe(30) },
    lifecycle: { postStart: null, preStop: null, stopSignal: null },
    ...{ restartPolicy: null, restartPolicyRules: [] },
  };
}

function probe(failureThreshold: number): Probe {
  return {
    handler: {
      ...{ kind: "httpGet", scheme: "HTTP", host: null, port: 8080 },
      ...{ path: "/healthz", httpHeaders: [] },
    },
    ...{ initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1 },
    ...{ failureThreshold, terminationGracePeriodSeconds: null },
  };
}

const POLICY: Policy = {
  ...{ debounceMs: 30, starveLimitMs: 10_000, buildTimeoutMs: 600_000, readyTimeoutMs: 60_000 },
  ...{ readyHttp: true, lingerMs: 1_000, drainTimeoutMs: 25_000, maxDraining: 1 },
  canary: { percent: 0, forMs: 10_000 },
  ...{ probationMs: 10_000, rollback: true, standby: true, liveness: null, readiness: "keep" },
  crash: { restarts: 3, windowMs: 60_000 },
  memory: { headroom: { percentOfLimit: 10, minBytes: 16 * 2 ** 20 }, policy: "restart" },
  ...{ paused: false, graceMs: 30_000, shutdownDelayMs: 2_000, boot: "image", handover: "inherit" },
};
