import type { ProbeKind } from "#model/kube/pod.js";
import { numericPort } from "#rules/pod/ports.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const tcpProbeOnHeldSocket: Rule = {
  id: "HP108",
  name: "tcp-probe-on-held-socket",
  severity: "error",
  reason: "L",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "A TCP probe always passes because the supervisor holds the socket.",
  why: "A connection is made from the listen queue even when no program accepts, so a dead program stays Ready and alive.",
  when: "A tcpSocket probe asks a port that hotpod listens on, or one of watchexec --socket, start_server --port or einhorn -b.",
  remedy: "Use httpGet or grpc on the same port.",
  fires: "hotpod's listen :8080 and a readinessProbe tcpSocket 8080.",
  quiet: "tcpSocket on a port that the program opens itself.",
  judge: { of: "container", judge: judgeProbes },
};

function judgeProbes(subject: ContainerSubject): Outcome {
  const held = heldPorts(subject);
  if (held.size === 0) return NOT_APPLICABLE;
  return together(
    (["startup", "liveness", "readiness"] as const).map((kind) => judgeProbe(subject, kind, held)),
  );
}

function judgeProbe(
  subject: ContainerSubject,
  kind: ProbeKind,
  held: ReadonlySet<number>,
): Outcome {
  const handler = subject.probe(kind)?.handler;
  if (handler?.kind !== "tcpSocket") return NOT_APPLICABLE;
  const port = numericPort(subject, handler.port);
  if (port === null || !held.has(port)) return PASS;
  return fails({
    severity: "error",
    at: subject.atProbe(kind, "tcpSocket"),
    message: `The ${kind} probe connects to port ${port}, which the supervisor holds open whether or not the program lives.`,
    evidence: kind,
  });
}

function heldPorts({ settings, command }: ContainerSubject): ReadonlySet<number> {
  const own = (settings?.listen ?? []).flatMap(({ address }) =>
    address.kind === "tcp" ? [address.port] : [],
  );
  if (own.length > 0 || command.kind === "unknown") return new Set(own);
  const words = command.argv;
  const flags = words.flatMap((word, index) => {
    const program = words.findLast(
      (one, i) => i <= index && /(^|\/)(watchexec|start_server|einhorn)$/.test(one),
    );
    if (program === undefined) return [];
    const value = /^(--socket|--port|-b)=?(.*)$/.exec(word);
    if (value === null) return [];
    const text = value[2] === "" ? (words[index + 1] ?? "") : (value[2] ?? "");
    const port = /(\d{1,5})(?:,.*)?$/.exec(text)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  return new Set(flags);
}
