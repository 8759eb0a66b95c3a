import { decodeObject } from "#manifest/fields/decode-object.js";
import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import { podWithDefaults } from "#manifest/kube/defaults.js";
import type { RawContainer, RawPodSpec, RawPodTemplate } from "#manifest/kube/raw-pod.js";
import { readPod } from "#manifest/kube/read-pod.js";
import { invalid, nonNegative, required } from "#manifest/validate/field-error.js";
import { validatePodSpec } from "#manifest/validate/validate-pod-spec.js";
import type { Rollout, Workload } from "#model/kube/workload.js";
import { droppedFields } from "./dropped-fields.js";
import type { KubeObject } from "./kube-object.js";
import type { ObjectProblem } from "./object-problem.js";
import { shareOf } from "./rollout-of.js";
import { type ReadOptions, refuses, type WorkloadReading } from "./workload-reading.js";

const TEMPLATE: FieldPath = inside(null, "spec", "template");
const SPEC: FieldPath = inside(null, "spec");

/** Workloads of other projects, reduced to their pod template and to how pods replace each other. */
export function readForeign(
  object: KubeObject,
  kind: "Rollout" | "KnativeService",
  options: ReadOptions,
): WorkloadReading {
  const spec = fieldsOf(object.value.spec);
  const problems: ObjectProblem[] = [];
  if (kind === "Rollout" && spec.workloadRef !== undefined) {
    const why = "the template is in another object, so that object has to be given";
    return refused(invalid(inside(SPEC, "workloadRef"), nameOf(spec.workloadRef), why));
  }
  const given = fieldsOf(spec.template);
  const template = kind === "Rollout" ? given : withoutKnativeFields(given);
  problems.push(...decodeObject(template, "PodTemplateSpec", options.table, TEMPLATE));
  if (problems.some((problem) => problem.kind === "type")) return { workload: null, problems };
  const raw = template as RawPodTemplate;
  const podSpec = kind === "Rollout" ? raw.spec : knativeSpec(raw.spec, fieldsOf(given.spec));
  const filled = podWithDefaults(podSpec);
  const errors = validatePodSpec(filled, options.minor, inside(TEMPLATE, "spec"));
  if (kind === "Rollout") errors.push(...rolloutErrors(spec));
  problems.push(...errors.map((error) => ({ kind: "invalid" as const, ...error })));
  problems.push(...droppedFields(podSpec, options.minor, inside(TEMPLATE, "spec")));
  if (problems.some((problem) => refuses(problem, options))) return { workload: null, problems };
  const namespace = object.namespace ?? "default";
  const workload: Workload = {
    kind,
    name: object.name,
    namespace,
    template: readPod(object.name, namespace, raw.metadata, filled),
    replicas: kind === "Rollout" ? numberOf(spec.replicas, 1) : leastScale(raw),
    rollout: kind === "Rollout" ? argoRollout(spec) : REVISION,
  };
  return { workload, problems };
}

function refused(error: { readonly path: FieldPath; readonly text: string }): WorkloadReading {
  return { workload: null, problems: [{ kind: "invalid", ...error }] };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

const nameOf = (reference: unknown): unknown => fieldsOf(reference).name ?? "";

const numberOf = (value: unknown, fallback: number): number =>
  typeof value === "number" ? value : fallback;

/** Canary steps weigh traffic between two sets of pods; how pods replace each other is the canary's surge. */
function argoRollout(spec: Fields): Rollout {
  const { canary, blueGreen } = fieldsOf(spec.strategy);
  const share = (value: unknown, fallback: string): number | string =>
    typeof value === "number" || typeof value === "string" ? value : fallback;
  const rolling = fieldsOf(canary);
  return {
    type: "RollingUpdate",
    maxSurge: shareOf(blueGreen === undefined ? share(rolling.maxSurge, "25%") : "100%"),
    maxUnavailable: shareOf(blueGreen === undefined ? share(rolling.maxUnavailable, "25%") : 0),
    minReadySeconds: numberOf(spec.minReadySeconds, 0),
    progressDeadlineSeconds: numberOf(spec.progressDeadlineSeconds, 600),
  };
}

function rolloutErrors(spec: Fields) {
  const deadline = numberOf(spec.progressDeadlineSeconds, 600);
  const minReady = numberOf(spec.minReadySeconds, 0);
  const at = inside(SPEC, "progressDeadlineSeconds");
  const { canary, blueGreen } = fieldsOf(spec.strategy);
  return [
    ...nonNegative(inside(SPEC, "replicas"), numberOf(spec.replicas, 1)),
    ...nonNegative(inside(SPEC, "minReadySeconds"), minReady),
    ...(deadline <= minReady
      ? [invalid(at, deadline, "must be greater than minReadySeconds")]
      : []),
    ...(canary === undefined && blueGreen === undefined
      ? [required(inside(SPEC, "strategy"), "Rollout has to have a canary or a blueGreen strategy")]
      : []),
  ];
}

/** A new revision comes up whole beside the old one, which is scaled down when traffic has moved. */
const REVISION: Rollout = {
  type: "RollingUpdate",
  maxSurge: { kind: "percent", percent: 100 },
  maxUnavailable: { kind: "count", pods: 0 },
  minReadySeconds: 0,
  progressDeadlineSeconds: 600,
};

const KNATIVE_FIELDS = [
  "containerConcurrency",
  "timeoutSeconds",
  "responseStartTimeoutSeconds",
  "idleTimeoutSeconds",
];

function withoutKnativeFields(template: Fields): Fields {
  const spec = Object.entries(fieldsOf(template.spec)).filter(
    ([key]) => !KNATIVE_FIELDS.includes(key),
  );
  return { ...template, spec: Object.fromEntries(spec) };
}

/** What Knative fills in: names, the port of probes, and the grace from the request's time limit. */
function knativeSpec(spec: RawPodTemplate["spec"], given: Fields): RawPodSpec {
  const many = (spec?.containers ?? []).length > 1;
  return {
    ...spec,
    terminationGracePeriodSeconds: numberOf(given.timeoutSeconds, 300),
    containers: (spec?.containers ?? []).map((container, index) => {
      const name = container?.name ?? (many ? `user-container-${index}` : "user-container");
      return withProbePorts({ ...container, name });
    }),
  };
}

function withProbePorts(container: RawContainer): RawContainer {
  const port = container.ports?.[0]?.containerPort ?? 8080;
  const filled = <T extends RawContainer["livenessProbe"]>(probe: T): T =>
    probe?.httpGet
      ? { ...probe, httpGet: { ...probe.httpGet, port: probe.httpGet.port || port } }
      : probe;
  return {
    ...container,
    livenessProbe: filled(container.livenessProbe),
    readinessProbe: filled(container.readinessProbe),
    startupProbe: filled(container.startupProbe),
  };
}

function leastScale(template: RawPodTemplate): number {
  const annotations = template.metadata?.annotations ?? {};
  const text = annotations["autoscaling.knative.dev/min-scale"] ?? "";
  return /^[1-9]\d*$/.test(text) ? Number(text) : 1;
}
