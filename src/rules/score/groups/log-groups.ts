import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { type Answer, earns, lowest, ramp, unknownFor } from "./answer.js";
import type { GroupInputs } from "./group-inputs.js";
import { isProbeLine, isStructured, namesGeneration } from "./log-line.js";

const LOG_FILE = /log[\w-]*[._-]?(file|path|dir)/i;

/** The reload tool's own build log is nobody's business here. */
export const logsToStreams = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const found = fileLog(one);
    if (found !== null) return earns(false, found);
    return earns(true, { name: "log files", value: "none configured", source: one.title });
  });

function fileLog(one: ContainerSubject) {
  const { container, title } = one;
  const env = container.env.find(({ name, value }) => LOG_FILE.test(name) && value !== "");
  if (env !== undefined) return { name: env.name, value: env.value ?? "set", source: title };
  const words = one.command.kind === "known" && one.reload === null ? one.command.argv : [];
  const flag = words.find((word) => /^--?[\w.-]*log[\w-]*[._-]?(file|path|dir)\b/i.test(word));
  if (flag !== undefined) return { name: "flag", value: flag, source: title };
  const mount = container.volumeMounts.find(({ mountPath }) => /^\/var\/log(\/|$)/.test(mountPath));
  return mount === undefined ? null : { name: "volume", value: mount.mountPath, source: title };
}

/** A port for metrics, an annotation of Prometheus, a monitor that selects it, or hotpod's own. */
export const metricsDeclared = (workload: WorkloadSubject): Answer => {
  const { annotations, running, project, workload: own } = workload;
  if (annotations["prometheus.io/scrape"] === "true") {
    return earns(true, { name: "prometheus.io/scrape", value: "true", source: "annotation" });
  }
  const port = running
    .flatMap(({ container }) => container.ports)
    .find(({ name }) => /metrics|prometheus/.test(name ?? ""));
  if (port !== undefined) {
    return earns(true, { name: "port", value: port.name ?? "", source: "containerPort" });
  }
  const monitored = ["PodMonitor", "ServiceMonitor"].some((kind) =>
    project.objectsIn(kind, own.namespace).some(({ value }) => {
      const { matchLabels } = fieldsOf(fieldsOf(value.spec).selector);
      const labels = Object.entries(fieldsOf(matchLabels));
      const carriers =
        kind === "PodMonitor"
          ? [own.template.labels]
          : workload.services.map((one) => fieldsOf(fieldsOf(one.value.metadata).labels));
      return carriers.some(
        (carrier) =>
          labels.length > 0 && labels.every(([key, wanted]) => scalarText(carrier[key]) === wanted),
      );
    }),
  );
  if (monitored) return earns(true, { name: "monitor", value: "selects it", source: "Prometheus" });
  const probes =
    running.find(({ settings }) => settings !== null)?.setting("probes.listen") ?? null;
  if (probes !== null && probes.shown !== null && probes.shown !== "none") {
    return earns(true, { name: "hotpod's /metrics", value: probes.shown, source: probes.origin });
  }
  return earns(false, { name: "metrics", value: "not declared", source: "the pod template" });
};

/** Of the sample, without empty lines. */
function ofLines({ log }: GroupInputs, of: (lines: readonly string[]) => Answer): Answer {
  const lines = (log ?? []).filter((line) => line.trim() !== "");
  if (lines.length > 0) return of(lines);
  return unknownFor({ input: "T", say: "--logs FILE or FOLDER: a sample of its log" });
}

const percent = (share: number): string => `${Math.round(1000 * share) / 10} %`;

const shareOf = (lines: readonly string[], is: (line: string) => boolean): number =>
  lines.filter(is).length / lines.length;

export const structuredLines = (_: WorkloadSubject, inputs: GroupInputs): Answer =>
  ofLines(inputs, (lines) => {
    const share = shareOf(lines, isStructured);
    const source = `${lines.length} lines of --logs`;
    return earns(ramp(share, 0.5, 0.95), { name: "structured", value: percent(share), source });
  });

export const generationInLines = (_: WorkloadSubject, inputs: GroupInputs): Answer =>
  ofLines(inputs, (lines) => {
    const found = lines.some(namesGeneration);
    const source = `${lines.length} lines of --logs`;
    return earns(found, { name: "generation", value: found ? "named" : "not named", source });
  });

const PROBES_MAX = 0.2;

export const fewProbeLines = (_: WorkloadSubject, inputs: GroupInputs): Answer =>
  ofLines(inputs, (lines) => {
    const share = shareOf(lines, isProbeLine);
    const source = `${lines.length} lines of --logs`;
    return earns(share <= PROBES_MAX, { name: "probe lines", value: percent(share), source });
  });
