import {
  betterHandler,
  type OwnProbe,
  portOf,
  probesOf,
  replaceHandler,
} from "#rules/probe/probe-target.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { heldPorts } from "./held-ports.js";

export const tcpProbeOnHeldSocket: Rule = {
  id: "HP108",
  name: "tcp-probe-on-held-socket",
  severity: "error",
  reason: "L",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "A TCP probe always passes because the supervisor holds the socket.",
  why: "A connection is made from the listen queue even when no generation accepts it, so a dead service stays alive and ready.",
  when: "A tcpSocket probe's port is one that the supervisor holds: hotpod's listen, watchexec --socket, start_server --port, einhorn -b.",
  remedy: "Ask the service over httpGet or grpc on the same port.",
  fires: "hotpod listens on :8080, and readiness is tcpSocket 8080.",
  quiet:
    "A port that the program opens itself; plain air with tcpSocket, which is coarse but true.",
  judge: { of: "container", judge: judgeProbes },
};

function judgeProbes(subject: ContainerSubject): Outcome {
  const probes = probesOf(subject).filter(({ probe }) => probe.handler.kind === "tcpSocket");
  if (probes.length === 0) return NOT_APPLICABLE;
  if (subject.command.kind === "unknown") {
    return subject.isHot ? open("D", subject.command.say) : NOT_APPLICABLE;
  }
  if (subject.isManaged && subject.settings === null) {
    return open("H", "settings that hotpod accepts");
  }
  const held = heldPorts(subject);
  if (held === null) return subject.isHot ? PASS : NOT_APPLICABLE;
  const faults = probes.flatMap((own) => {
    const port = portOf(subject, own.probe.handler);
    if (port === null || !held.ports.includes(port)) return [];
    const fix = fixOf(subject, own, port);
    return [
      {
        severity: "error" as const,
        at: subject.atProbe(own.kind, "tcpSocket"),
        message: `The ${own.kind} probe connects to port ${port}, which ${held.by} holds whether or not the service accepts.`,
        evidence: `${own.kind} ${port}`,
        related: [{ source: subject.at("command"), message: `${held.by} holds it.` }],
        ...(fix === null ? {} : { fix }),
      },
    ];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

function fixOf(subject: ContainerSubject, own: OwnProbe, port: number): Fix | null {
  const better = betterHandler(subject, own.kind, (one) => portOf(subject, one) === port);
  if (better === null) return null;
  const title = `${own.kind} asks ${better.title}`;
  return { kind: "suggested", title, changes: replaceHandler(subject, own, better) };
}
