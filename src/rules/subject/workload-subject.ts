import { once } from "#base/once.js";
import { pathSteps } from "#manifest/fields/field-path.js";
import type { DocumentPath } from "#manifest/text/position-of.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import type { Workload } from "#model/kube/workload.js";
import type { KnownTiming } from "#model/timing.js";
import { type ContainerSubject, containerSubject } from "./container-subject.js";
import { type Fields, fieldsAt, fieldsOf } from "./fields.js";
import { type TimingValue, timingValue } from "./figure.js";
import type { Project } from "./project.js";
import { selects, targetsWorkload } from "./selects.js";

/** What makes pods, as rules see it. */
export interface WorkloadSubject {
  readonly project: Project;
  readonly object: KubeObject;
  readonly workload: Workload;
  /** Of the pod template, from the top of the document. */
  readonly templatePath: DocumentPath;
  /** Init containers and sidecars first, as the kubelet starts them. */
  readonly containers: readonly ContainerSubject[];
  /** Regular containers and sidecars: those that stay. */
  readonly running: readonly ContainerSubject[];
  /** Of the pod template. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The pod's spec as it is written. */
  readonly rawSpec: Fields;
  /** The object's `spec` as it is written. */
  readonly rawObjectSpec: Fields;
  /** The Services of its namespace whose selector matches the template. */
  readonly services: readonly KubeObject[];
  /** The input holds Services at all: without any, it may just not show them. */
  readonly servicesKnown: boolean;
  readonly autoscaler: KubeObject | null;
  /** Pods at the least: the autoscaler's minimum, if one targets it, else `replicas`. */
  readonly replicas: number;
  /** `Deployment web/shop` */
  readonly title: string;
  /** From the top of the object: `at("spec", "replicas")`. */
  at(...path: DocumentPath): Source;
  /** From the pod's spec: `inSpec("volumes", 0)`. */
  inSpec(...path: DocumentPath): Source;
  timing(key: string): TimingValue | null;
}

export function workloadSubject(
  project: Project,
  object: KubeObject,
  workload: Workload,
  timings: readonly KnownTiming[],
): WorkloadSubject {
  const { document } = object;
  const top = pathSteps(object.at);
  const templatePath: DocumentPath = [...top, ...templatePathOf(workload.kind)];
  const known = new Map(timings.map((timing) => [timing.key, timing]));
  const { kind, namespace, name, template } = workload;
  const services = once(() =>
    project.objectsIn("Service", namespace).filter((service) => selects(service, workload)),
  );
  const autoscaler = once(() => {
    const all = project.objectsIn("HorizontalPodAutoscaler", namespace);
    return all.find((hpa) => targetsWorkload(hpa, workload)) ?? null;
  });
  const containers = once(() => [
    ...template.spec.initContainers.map((one, i) =>
      containerSubject(subject, one, "initContainers", i),
    ),
    ...template.spec.containers.map((one, i) => containerSubject(subject, one, "containers", i)),
  ]);
  const running = once(() => containers().filter(({ isInit }) => !isInit));
  const rawSpec = once(() => fieldsAt(document.value, [...templatePath, "spec"]));
  const subject: WorkloadSubject = {
    project,
    object,
    workload,
    templatePath,
    annotations: template.annotations,
    title: `${kind} ${namespace}/${name}`,
    at: (...path) => fieldSource(document, [...top, ...path]),
    inSpec: (...path) => fieldSource(document, [...templatePath, "spec", ...path]),
    timing: (key) => {
      const timing = known.get(key);
      return timing === undefined ? null : timingValue(timing);
    },
    get containers() {
      return containers();
    },
    get running() {
      return running();
    },
    get rawSpec() {
      return rawSpec();
    },
    get rawObjectSpec() {
      return fieldsOf(object.value.spec);
    },
    get services() {
      return services();
    },
    get servicesKnown() {
      return project.objects("Service").length > 0;
    },
    get autoscaler() {
      return autoscaler();
    },
    get replicas() {
      const hpa = autoscaler();
      if (hpa === null) return workload.replicas;
      const least = fieldsOf(hpa.value.spec).minReplicas;
      return typeof least === "number" ? least : 1;
    },
  };
  return subject;
}

function templatePathOf(kind: Workload["kind"]): DocumentPath {
  if (kind === "Pod") return [];
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template"];
  return ["spec", "template"];
}
