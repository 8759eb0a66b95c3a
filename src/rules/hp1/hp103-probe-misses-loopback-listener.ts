import {
  handlerText,
  isLoopback,
  type OwnProbe,
  portOf,
  probesOf,
} from "#rules/probe/probe-target.js";
import type { Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { type Listener, listenersOf, onlyOnLoopback } from "./loopback-listeners.js";

export const probeMissesLoopbackListener: Rule = {
  id: "HP103",
  name: "probe-misses-loopback-listener",
  severity: "error",
  reason: "A",
  inputs: "W,R?,H?",
  exports: "KVR",
  fix: "suggest",
  title: "The probe goes to the pod IP but the server listens on 127.0.0.1.",
  why: "The kubelet dials the pod's address from outside the pod, and nobody answers there. With `host: 127.0.0.1` it dials the node's own loopback.",
  when: "An argument, a literal variable or hotpod's settings name a loopback address with the port of a probe of this container; or a probe's `host` is a loopback address without hostNetwork. Any container.",
  remedy: "Let the server listen on every address (`:8080`), and leave `host` out of the probe.",
  fires: "args: [--addr=127.0.0.1:8080], and a probe of port 8080.",
  quiet:
    "--redis=127.0.0.1:6379 with a probe of port 8080; host: 127.0.0.1 in a pod with hostNetwork.",
  judge: { of: "container", judge: judgeProbes },
};

function judgeProbes(subject: ContainerSubject): Outcome {
  const probes = probesOf(subject).filter(({ probe }) => probe.handler.kind !== "exec");
  if (probes.length === 0) return NOT_APPLICABLE;
  const listeners = listenersOf(subject);
  const faults = probes.flatMap((own) => faultOf(subject, own, listeners) ?? []);
  return faults.length === 0 ? PASS : fails(...faults);
}

function faultOf(
  subject: ContainerSubject,
  own: OwnProbe,
  listeners: readonly Listener[],
): Fault | null {
  const { handler } = own.probe;
  const { hostNetwork } = subject.workload.workload.template.spec;
  const host = handler.kind === "httpGet" || handler.kind === "tcpSocket" ? handler.host : null;
  if (host !== null && host !== "") {
    return isLoopback(host) && !hostNetwork ? ofHost(subject, own, host) : null;
  }
  const port = portOf(subject, handler);
  if (port === null || isOfAnother(subject, port)) return null;
  const listener = onlyOnLoopback(listeners, port);
  if (listener === null) return null;
  const { source, shown, opened } = listener;
  return {
    severity: "error",
    at: source,
    message: `The ${own.kind} probe dials port ${port} of the pod's address, and \`${shown}\` listens on loopback alone.`,
    evidence: `${own.kind} ${port}`,
    related: [{ source: subject.atProbe(own.kind), message: `${handlerText(handler)}.` }],
    ...(opened === null
      ? {}
      : { fix: { kind: "suggested", title: "listen on every address", changes: [opened] } }),
  };
}

/** Another container of the pod says that the port is its own: then this address is that one's. */
function isOfAnother({ workload, name }: ContainerSubject, port: number): boolean {
  return workload.running.some(
    (other) =>
      other.name !== name &&
      other.container.ports.some(({ containerPort }) => containerPort === port),
  );
}

function ofHost(subject: ContainerSubject, { kind, probe }: OwnProbe, host: string): Fault {
  const { document } = subject.workload.object;
  const inside = [probe.handler.kind, "host"];
  const path = [...subject.path, `${kind}Probe`, ...inside];
  const fix: Fix = {
    kind: "suggested",
    title: "without host: the pod's own address",
    changes: [{ kind: "remove", document, path }],
  };
  return {
    severity: "error",
    at: subject.atProbe(kind, ...inside),
    message: `The ${kind} probe dials ${host} on the node, not in the pod.`,
    evidence: `${kind} host`,
    fix,
  };
}
