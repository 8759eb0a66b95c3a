import { once } from "#base/once.js";
import type { SettingKey } from "#config/setting-table.js";
import type { Settings } from "#config/settings.js";
import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import type { DocumentPath } from "#manifest/text/position-of.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import { type Container, isSidecar, type Probe, type ProbeKind } from "#model/kube/pod.js";
import { imageOf } from "#rules/image/image-of.js";
import { type EffectiveCommand, effectiveCommand, runsHotpod } from "./effective-command.js";
import { fieldsAt } from "./fields.js";
import type { TimingValue } from "./figure.js";
import { type HotPaths, hotPathsOf } from "./hot-paths.js";
import type { EffectiveSetting, HotpodReading } from "./hotpod-reading.js";
import type { Project } from "./project.js";
import { reloadUseOf } from "./read-reload-use.js";
import type { ReloadUse } from "./reload-use.js";
import type { WorkloadSubject } from "./workload-subject.js";

/** One container as rules see it. What costs something is found out when it is asked for, once. */
export interface ContainerSubject {
  readonly project: Project;
  readonly workload: WorkloadSubject;
  readonly container: Container;
  readonly name: string;
  /** From the top of the document. */
  readonly path: DocumentPath;
  /** A plain init container: it runs to its end before the others start. */
  readonly isInit: boolean;
  readonly isSidecar: boolean;
  /** As it is written. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** What its Dockerfile makes, where one is tied to it; null: not known. */
  readonly image: FinalImage | null;
  /** What the manifest says, laid over the image as far as its Dockerfile is known. */
  readonly command: EffectiveCommand;
  /** null: no reload tool in what is known of its command. With an unknown command that is not certain. */
  readonly reload: ReloadUse | null;
  /** Process 1 is `hotpod run` (directly, or behind an init). null: it is not. */
  readonly hotpod: HotpodReading | null;
  readonly isManaged: boolean;
  /** Of a managed container whose settings can be read. */
  readonly settings: Settings | null;
  /** Its program is replaced while it runs: a reload tool, hotpod, the annotation `hotpod.dev/hot-path`, or hotpod.yaml says so. */
  readonly isHot: boolean;
  /** Every file a reload replaces. */
  readonly hotPaths: HotPaths;
  /** Of this container: `at("livenessProbe", "periodSeconds")`. */
  at(...path: DocumentPath): Source;
  probe(kind: ProbeKind): Probe | null;
  /** Of `livenessProbe` and so on, with a path inside. */
  atProbe(kind: ProbeKind, ...path: DocumentPath): Source;
  /** How a setting counts in a managed container. */
  setting(key: SettingKey): EffectiveSetting | null;
  timing(key: string): TimingValue | null;
  /** A literal value of a variable; null: not set, or from elsewhere. */
  env(name: string): string | null;
  /** For messages: `container api`. */
  readonly title: string;
}

export function containerSubject(
  workload: WorkloadSubject,
  container: Container,
  list: "containers" | "initContainers",
  index: number,
): ContainerSubject {
  const { project } = workload;
  const path: DocumentPath = [...workload.templatePath, "spec", list, index];
  const at = (...inside: DocumentPath): Source =>
    fieldSource(workload.object.document, [...path, ...inside]);
  const sidecar = list === "initContainers" && isSidecar(container);
  const image = once(() => imageOf(subject));
  const reload = once(() => reloadUseOf(subject));
  const hotpod = once(() =>
    subject.command.kind === "known" && runsHotpod(subject.command.argv)
      ? project.readers.hotpod(container)
      : null,
  );
  const raw = once(() => fieldsAt(workload.object.document.value, path));
  const command = once(() => effectiveCommand(subject));
  const hot = once(() => !subject.isInit && isSaidHot(subject));
  const hotPaths = once(() => hotPathsOf(subject));
  const subject: ContainerSubject = {
    project,
    workload,
    container,
    name: container.name,
    path,
    isInit: list === "initContainers" && !sidecar,
    isSidecar: sidecar,
    title: `container ${container.name}`,
    at,
    atProbe: (kind, ...inside) => at(`${kind}Probe`, ...inside),
    probe: (kind) => container[`${kind}Probe`],
    setting: (key) => hotpod()?.effective.find((one) => one.key === key) ?? null,
    timing: (key) => workload.timing(key),
    env: (name) => container.env.findLast((one) => one.name === name)?.value ?? null,
    get raw() {
      return raw();
    },
    get image() {
      return image();
    },
    get command() {
      return command();
    },
    get reload() {
      return reload();
    },
    get hotpod() {
      return hotpod();
    },
    get isManaged() {
      return hotpod() !== null;
    },
    get settings() {
      return hotpod()?.settings ?? null;
    },
    get hotPaths() {
      return hotPaths();
    },
    get isHot() {
      return hot();
    },
  };
  return subject;
}

const isSaidHot = (subject: ContainerSubject): boolean =>
  subject.reload !== null || subject.isManaged || subject.hotPaths.annotated || isTiedHot(subject);

/** hotpod.yaml names it below `check.services` with `hot: true`. */
function isTiedHot({ project, workload, name }: ContainerSubject): boolean {
  const { namespace, name: owner } = workload.workload;
  return project.ties.some(
    (tie) =>
      tie.hot &&
      (tie.workload === null || [owner, `${namespace}/${owner}`].includes(tie.workload)) &&
      (tie.container === null || tie.container === name),
  );
}
