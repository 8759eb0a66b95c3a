import { mountOf, sharersOf } from "#rules/pod/mounts.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import {
  type ServicePort,
  servicePorts,
  serviceTitle,
  targetIn,
} from "#rules/service/service-ports.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import {
  type ControlPort,
  controlPorts,
  isLocal,
  portOf,
  writtenSetting,
} from "./control-ports.js";

export const controlPortExposed: Rule = {
  id: "HP1105",
  name: "control-port-exposed",
  severity: "error",
  reason: "X",
  inputs: "W,N?,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The reload control endpoint can be reached from outside the pod.",
  why: "It starts code. Whoever reaches it decides what runs.",
  when: "`ui.listen` is not a loopback address; the control socket lies in a volume that a container without a role in `check.services` shares, or in a folder everybody can write; a debugger's or air's proxy port has a hostPort or is in a Service.",
  remedy: "A Unix socket in an emptyDir, or 127.0.0.1; take the port out of the Service.",
  fires: "ui.listen: 0.0.0.0:9248, and a Service for it.",
  quiet: "`probes.listen` on :9247, which can only be read, in a Service; a loopback address.",
  judge: { of: "container", judge: judgeControl },
};

function judgeControl(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const faults = [
    ...(subject.isManaged ? [...judgeUi(subject), ...judgeSocket(subject)] : []),
    ...controlPorts(subject).flatMap((port) => judgePort(subject, port)),
  ];
  return faults.length === 0 ? PASS : fails(...faults);
}

function judgeUi(subject: ContainerSubject): Fault[] {
  const written = writtenSetting(subject, "ui.listen");
  if (written === null || isLocal(written.value)) return [];
  const leading = leadingTo(subject, portOf(written.value));
  const [first] = leading;
  const through = first === undefined ? "" : ` and through ${serviceTitle(first.service)}`;
  return [
    {
      severity: "error",
      at: written.at,
      message: `The dashboard listens on ${written.value}: it can be reached from outside the pod${through}.`,
      evidence: "ui.listen",
      related: leading.map(({ at }) => ({ source: at, message: "leads to the dashboard" })),
    },
  ];
}

/** Folders of an image that everybody can write. */
const OPEN_FOLDERS = ["/tmp", "/var/tmp", "/dev/shm"];

function judgeSocket(subject: ContainerSubject): Fault[] {
  const setting = subject.setting("control.socket");
  const path = setting?.shown ?? null;
  if (setting === null || path === null) return [];
  const found = mountOf(subject, path);
  const sharers = found === null ? [] : sharersOf(subject, found.mount.name);
  const stranger = sharers.find((one) => !hasRole(one));
  if (found !== null && stranger !== undefined) {
    return [
      {
        severity: "error",
        at: subject.at("volumeMounts", found.index),
        message: `The control socket ${path} lies in a volume that ${stranger.title} mounts too, and nothing says what that is for.`,
        evidence: `control.socket ${stranger.name}`,
      },
    ];
  }
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  if (setting.isDefault || !OPEN_FOLDERS.includes(folder)) return [];
  return [
    {
      severity: "error",
      at: writtenSetting(subject, "control.socket")?.at ?? subject.at("command"),
      message: `The control socket ${path} lies in a folder that everybody can write.`,
      evidence: `control.socket ${folder}`,
    },
  ];
}

function hasRole({ project, workload, name }: ContainerSubject): boolean {
  const { namespace, name: owner } = workload.workload;
  return project.ties.some(
    (tie) =>
      tie.role !== null &&
      tie.container === name &&
      (tie.workload === null || [owner, `${namespace}/${owner}`].includes(tie.workload)),
  );
}

function judgePort(subject: ContainerSubject, { port, what }: ControlPort): Fault[] {
  const ports = Array.isArray(subject.raw.ports) ? subject.raw.ports.map(fieldsOf) : [];
  const onHost = ports.findIndex(
    ({ containerPort, hostPort }) =>
      containerPort === port && typeof hostPort === "number" && hostPort > 0,
  );
  const faults: Fault[] = leadingTo(subject, port).map((one) => serviceFault(one, what, port));
  if (onHost >= 0) {
    faults.push({
      severity: "error",
      at: subject.at("ports", onHost),
      message: `The port ${port}, ${what}, is open on the node (hostPort).`,
      evidence: `hostPort ${port}`,
    });
  }
  return faults;
}

function leadingTo(subject: ContainerSubject, port: number | null): readonly ServicePort[] {
  if (port === null) return [];
  const all = subject.workload.services.flatMap(servicePorts);
  return all.filter((one) => targetIn(one, subject) === port);
}

function serviceFault(one: ServicePort, what: string, port: number): Fault {
  const { service, at, path } = one;
  const isOnly = servicePorts(service).length < 2;
  const { document } = service;
  return {
    severity: "error",
    at,
    message: `The ${serviceTitle(service)} leads to port ${port}, ${what}.`,
    evidence: `Service ${service.name} ${port}`,
    ...(isOnly
      ? {}
      : {
          fix: {
            kind: "suggested",
            title: "take the port out of the Service",
            changes: [{ kind: "remove", document, path }],
          },
        }),
  };
}
