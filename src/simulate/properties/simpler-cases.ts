import type { Container, Pod, Probe } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { Distribution, LifeInput, ServiceModel } from "#simulate/life/life-input.js";

const SECOND_US = 1_000_000;

/**
 * Cases with one thing less, most promising first: faults, saves, containers, probes; then chance, then durations. The order is
 * part of every replay token.
 */
export function simplerCases(input: LifeInput): LifeInput[] {
  return [
    ...fewer(input.faults).map((faults) => ({ ...input, faults })),
    ...fewer(input.saves).map((saves) => ({ ...input, saves })),
    ...simplerPods(input.workload.template).map((template) => withPod(input, template)),
    ...plainer(input),
    ...simplerDurations(input),
  ];
}

/** None, the halves, then each one missing. */
function fewer<T>(list: readonly T[]): (readonly T[])[] {
  if (list.length === 0) return [];
  const half = Math.ceil(list.length / 2);
  const halves = list.length > 2 ? [list.slice(0, half), list.slice(half)] : [];
  const ones = list.length > 1 ? list.map((_, index) => list.toSpliced(index, 1)) : [];
  return [[], ...halves, ...ones];
}

function withPod(input: LifeInput, template: Pod): LifeInput {
  return { ...input, workload: { ...input.workload, template } };
}

function simplerPods(pod: Pod): Pod[] {
  const { spec } = pod;
  const lists = ["containers", "initContainers"] as const;
  const without = lists.flatMap((list) =>
    spec[list].flatMap((one, index) =>
      one.name === "api"
        ? []
        : [{ ...pod, spec: { ...spec, [list]: spec[list].toSpliced(index, 1) } }],
    ),
  );
  const inside = lists.flatMap((list) =>
    spec[list].flatMap((one, index) =>
      simplerContainers(one).map((simpler) => ({
        ...pod,
        spec: { ...spec, [list]: spec[list].with(index, simpler) },
      })),
    ),
  );
  const volumes = spec.volumes.length === 0 ? [] : [{ ...pod, spec: { ...spec, volumes: [] } }];
  return [...without, ...inside, ...volumes];
}

function simplerContainers(one: Container): Container[] {
  const { lifecycle } = one;
  const found: Container[] = [];
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = one[name];
    if (probe === null) continue;
    found.push({ ...one, [name]: null });
    found.push(...simplerProbes(probe).map((simpler) => ({ ...one, [name]: simpler })));
  }
  if (lifecycle.preStop !== null)
    found.push({ ...one, lifecycle: { ...lifecycle, preStop: null } });
  return found;
}

function simplerProbes(probe: Probe): Probe[] {
  const found: Probe[] = [];
  const set = (parts: Partial<Probe>): void => {
    const changed = Object.entries(parts).some(
      ([name, value]) => probe[name as keyof Probe] !== value,
    );
    if (changed) found.push({ ...probe, ...parts });
  };
  set({ initialDelaySeconds: 0 });
  set({ successThreshold: 1 });
  set({ terminationGracePeriodSeconds: null });
  set({ timeoutSeconds: 1 });
  set({ periodSeconds: 10 });
  set({ failureThreshold: 3 });
  return found;
}

/** Chance taken out, one kind at a time. */
function plainer(input: LifeInput): LifeInput[] {
  const { node, clients } = input;
  const found: LifeInput[] = [];
  const still: Distribution = { kind: "const", us: 0 };
  if (input.phase.kind !== "expected") found.push({ ...input, phase: { kind: "expected" } });
  if (node.requeueJitter !== 1) found.push({ ...input, node: { ...node, requeueJitter: 1 } });
  if (node.wallFraction !== 0) found.push({ ...input, node: { ...node, wallFraction: 0 } });
  if (node.kubeletAgeUs === 0) {
    found.push({ ...input, node: { ...node, kubeletAgeUs: 86_400 * SECOND_US } });
  }
  for (const name of ["detectionUs", "endpointLag"] as const) {
    if (!isZero(node[name])) found.push({ ...input, node: { ...node, [name]: still } });
  }
  if (node.containerStartUs !== 0) found.push({ ...input, node: { ...node, containerStartUs: 0 } });
  if (clients.ratePerS !== 0) found.push({ ...input, clients: { ...clients, ratePerS: 0 } });
  return found;
}

const isZero = (of: Distribution): boolean => of.kind === "const" && of.us === 0;

type Lasting = "build" | "coldBuild" | "appStart" | "coldStart" | "stopTime" | "drain";
const LASTING: readonly Lasting[] = [
  "build",
  "coldBuild",
  "appStart",
  "coldStart",
  "stopTime",
  "drain",
];

/** A constant instead of a spread, then whole seconds; instants of saves and faults to whole seconds, too. */
function simplerDurations(input: LifeInput): LifeInput[] {
  const { service } = input;
  const found: LifeInput[] = [];
  for (const name of LASTING) {
    for (const us of simplerValues(service[name])) {
      const simpler: ServiceModel = { ...service, [name]: { kind: "const", us } };
      found.push({ ...input, service: simpler });
    }
  }
  for (const list of ["saves", "faults"] as const) {
    input[list].forEach((one, index) => {
      const at = one.at - (one.at % SECOND_US);
      if (at === one.at) return;
      found.push({
        ...input,
        [list]: (input[list] as readonly (typeof one)[]).with(index, { ...one, at }),
      });
    });
  }
  return found;
}

function simplerValues(of: Distribution | null): Micros[] {
  if (of === null) return [];
  const middle = middleOf(of);
  const whole = Math.round(middle / SECOND_US) * SECOND_US;
  const values = [0, SECOND_US, whole, middle];
  // What is constant gets smaller at each step, so that simplifying comes to an end.
  const smaller = of.kind === "const" ? values.filter((us) => us < of.us) : values;
  return [...new Set(smaller)];
}

function middleOf(of: Distribution): Micros {
  switch (of.kind) {
    case "const":
      return of.us;
    case "uniform":
      return Math.floor((of.fromUs + of.toUs) / 2);
    case "lognormal":
      return of.medianUs;
    case "quantiles":
      return of.p50;
    case "empirical":
      return of.samplesUs[of.samplesUs.length >> 1] ?? 0;
  }
}
