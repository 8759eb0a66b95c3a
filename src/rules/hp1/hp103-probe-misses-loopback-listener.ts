import type { Source } from "#manifest/text/source.js";
import type { ProbeKind } from "#model/kube/pod.js";
import { numericPort } from "#rules/pod/ports.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const probeMissesLoopbackListener: Rule = {
  id: "HP103",
  name: "probe-misses-loopback-listener",
  severity: "error",
  reason: "A",
  inputs: "W,R?,H?",
  exports: "KVR",
  fix: "suggest",
  title: "The probe goes to the pod IP but the server listens on 127.0.0.1.",
  why: "httpGet, tcpSocket and grpc probes dial the pod's address from the node. A server bound to the loopback address never answers them, and a probe host of 127.0.0.1 dials the node itself.",
  when: "An argument, a literal variable or hotpod's listen has a loopback host with the port of a probe; or a probe's host is loopback in a pod without hostNetwork.",
  remedy: "Listen on :PORT, and drop host from the probe.",
  fires: "--addr=127.0.0.1:8080 and a probe of port 8080.",
  quiet: "--redis=127.0.0.1:6379 with a probe of port 8080; hostNetwork with host 127.0.0.1.",
  judge: { of: "container", judge: judgeProbes },
};

const KINDS: readonly ProbeKind[] = ["startup", "liveness", "readiness"];
const LOOPBACK = /(?:^|[^\w.])(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})\b/g;
const LOOPBACK_HOST = /^(127(\.\d{1,3}){3}|localhost|::1|\[::1\])$/;

function judgeProbes(subject: ContainerSubject): Outcome {
  if (subject.isInit) return NOT_APPLICABLE;
  const listeners = loopbackPorts(subject);
  return together(KINDS.map((kind) => judgeProbe(subject, kind, listeners)));
}

function judgeProbe(
  subject: ContainerSubject,
  kind: ProbeKind,
  listeners: ReadonlyMap<number, Source>,
): Outcome {
  const handler = subject.probe(kind)?.handler;
  if (handler === undefined || handler.kind === "exec") return NOT_APPLICABLE;
  const host = handler.kind === "grpc" ? null : handler.host;
  const { hostNetwork } = subject.workload.workload.template.spec;
  if (host !== null && LOOPBACK_HOST.test(host)) {
    if (hostNetwork) return PASS;
    return fails({
      severity: "error",
      at: subject.atProbe(kind, handler.kind, "host"),
      message: `The ${kind} probe asks ${host}, which is the node and not the pod.`,
      remedy: "Drop host: the pod's address is asked then.",
      evidence: kind,
    });
  }
  const port = numericPort(subject, handler.port);
  const listener = port === null ? undefined : listeners.get(port);
  if (listener === undefined || host !== null) return PASS;
  return fails({
    severity: "error",
    at: subject.atProbe(kind, handler.kind, "port"),
    message: `The ${kind} probe asks the pod's address on port ${port}, and the server listens on the loopback address alone.`,
    related: [{ source: listener, message: "It listens here." }],
    remedy: `Listen on :${port}.`,
    evidence: kind,
  });
}

function loopbackPorts(subject: ContainerSubject): ReadonlyMap<number, Source> {
  const found = new Map<number, Source>();
  const { command, args, env } = subject.container;
  const look = (text: string, source: Source): void => {
    for (const [, port] of text.matchAll(LOOPBACK)) found.set(Number(port), source);
  };
  for (const [index, word] of (command ?? []).entries()) look(word, subject.at("command", index));
  for (const [index, word] of (args ?? []).entries()) look(word, subject.at("args", index));
  for (const [index, { name, value }] of env.entries()) {
    // Addresses of others are in variables too; those of one's own say so.
    if (value !== null && /LISTEN|BIND|^ADDR$|HTTP_ADDR|SERVER_ADDR/.test(name)) {
      look(value, subject.at("env", index, "value"));
    }
  }
  for (const { address } of subject.settings?.listen ?? []) {
    if (address.kind === "tcp" && LOOPBACK_HOST.test(address.host)) {
      found.set(address.port, subject.at("command"));
    }
  }
  return found;
}
