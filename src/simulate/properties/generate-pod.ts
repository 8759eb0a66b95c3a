import type { Prng } from "#base/prng.js";
import type {
  Container,
  HookHandler,
  Pod,
  Probe,
  ProbeHandler,
  ProbeKind,
} from "#model/kube/pod.js";
import { PROBES_PORT } from "#simulate/reload/hotpod-program.js";

/**
 * A pod with up to three containers, perhaps a sidecar and init containers, and probes of all kinds. `supervised`: a supervisor in
 * `api` may answer for the service.
 */
export function generatePod(random: Prng, supervised: boolean): Pod {
  const sidecar = random.chance(1, 6);
  const inits = random.chance(1, 4) ? 1 + random.below(2) : 0;
  const initContainers = Array.from({ length: inits }, (_, index) => plain(`init${index}`));
  const others = random.below(sidecar ? 2 : 3);
  const graceSeconds = random.pick([30, 30, 60, 10, 5]);
  const api = probed(random, "api", graceSeconds);
  const asksSupervisor = random.chance(1, 3) && supervised;
  const containers = [asksSupervisor ? askingSupervisor(api) : api];
  for (let index = 0; index < others; index++) {
    const one = probed(random, `other${index}`, graceSeconds);
    if (random.chance(1, 2)) containers.push(one);
    else containers.unshift(one);
  }
  return {
    name: "shop",
    namespace: "default",
    labels: { app: "shop" },
    annotations: {},
    spec: {
      restartPolicy: random.pick(["Always", "Always", "Always", "Always", "OnFailure"] as const),
      terminationGracePeriodSeconds: graceSeconds,
      initContainers: sidecar
        ? [
            ...initContainers,
            { ...probed(random, "sidecar", graceSeconds), restartPolicy: "Always" },
          ]
        : initContainers,
      containers,
      volumes: random.chance(1, 3)
        ? [{ name: "config", source: { kind: "configMap", name: "config", optional: false } }]
        : [],
      readinessGates: [],
      shareProcessNamespace: false,
      hostNetwork: false,
    },
  };
}

function plain(name: string): Container {
  return {
    name,
    image: `${name}:1`,
    command: null,
    args: null,
    workingDir: null,
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
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
  };
}

/** The API server refuses a preStop that sleeps beyond the grace period. */
function probed(random: Prng, name: string, graceSeconds: number): Container {
  const kinds: ProbeKind[] = ["liveness", "readiness", "startup"];
  const [livenessProbe, readinessProbe, startupProbe] = kinds.map((kind) =>
    random.chance(kind === "startup" ? 1 : 2, 3) ? probe(random, kind) : null,
  ) as [Probe | null, Probe | null, Probe | null];
  const preStop: HookHandler | null = random.chance(1, 4)
    ? { kind: "sleep", seconds: 1 + random.below(Math.min(8, graceSeconds)) }
    : null;
  return {
    ...plain(name),
    livenessProbe,
    readinessProbe,
    startupProbe,
    lifecycle: { postStart: null, preStop, stopSignal: null },
  };
}

/** Instead of the service, as the documents advise. */
function askingSupervisor(api: Container): Container {
  const asking = (probe: Probe | null, path: string): Probe | null => {
    if (probe === null) return null;
    const handler: ProbeHandler = {
      ...{ kind: "httpGet", scheme: "HTTP", host: null, port: PROBES_PORT, path, httpHeaders: [] },
    };
    return { ...probe, handler };
  };
  return {
    ...api,
    livenessProbe: asking(api.livenessProbe, "/livez"),
    readinessProbe: asking(api.readinessProbe, "/readyz"),
    startupProbe: asking(api.startupProbe, "/startupz"),
  };
}

function probe(random: Prng, kind: ProbeKind): Probe {
  const periodSeconds = 1 + random.below(30);
  return {
    handler: handler(random),
    initialDelaySeconds: random.chance(1, 2) ? 0 : random.below(31),
    periodSeconds,
    timeoutSeconds: random.chance(1, 8) ? periodSeconds + 1 + random.below(5) : 1 + random.below(3),
    successThreshold: kind === "readiness" && random.chance(1, 4) ? 1 + random.below(3) : 1,
    failureThreshold: kind === "startup" ? 3 + random.below(28) : 1 + random.below(5),
    terminationGracePeriodSeconds:
      kind !== "readiness" && random.chance(1, 5) ? 1 + random.below(40) : null,
  };
}

function handler(random: Prng): ProbeHandler {
  const host = null;
  switch (random.below(6)) {
    case 0:
      return { kind: "tcpSocket", host, port: 8080 };
    case 1:
      return { kind: "grpc", port: 8080, service: "" };
    case 2:
      return { kind: "exec", command: ["/bin/check"] };
    default:
      return { kind: "httpGet", scheme: "HTTP", host, port: "http", path: "/", httpHeaders: [] };
  }
}
