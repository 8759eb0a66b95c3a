import type { ProbeHandler, ProbeKind } from "#model/kube/pod.js";
import type { Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { servedPorts } from "#rules/service/served-ports.js";
import { numberIn } from "#rules/service/service-ports.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const probePortUnresolved: Rule = {
  id: "HP803",
  name: "probe-port-unresolved",
  severity: "error",
  reason: "A",
  inputs: "W,R?,H?",
  exports: "KVR",
  fix: "suggest",
  title: "A probe names a port that does not exist.",
  why: "The attempt is an error, not a failure: liveness never acts, and readiness never passes.",
  when: "A port's name that is not among the container's own ports. As a warning: a number that is declared nowhere, while the command line or hotpod's settings say that the container listens elsewhere. Any container.",
  remedy:
    "Name the port as the container does, or write its number: a number need not be declared.",
  fires:
    "port: web beside ports[].name http, also where only another container of the pod has a port web.",
  quiet: 'port: 8080 without any ports; port: "8080".',
  peers:
    "kube-linter liveness-port, readiness-port, startup-port, which also report numbers that are not declared",
  judge: { of: "container", judge: judgeProbes },
};

const KINDS: readonly ProbeKind[] = ["startup", "liveness", "readiness"];

function judgeProbes(subject: ContainerSubject): Outcome {
  if (subject.isInit) return NOT_APPLICABLE;
  const probes = KINDS.flatMap((kind) => {
    const handler = subject.probe(kind)?.handler;
    return handler === undefined || handler.kind === "exec" ? [] : [{ kind, handler }];
  });
  if (probes.length === 0) return NOT_APPLICABLE;
  const faults = probes.flatMap(({ kind, handler }) => judgePort(subject, kind, handler));
  return faults.length === 0 ? PASS : fails(...faults);
}

type NetHandler = Exclude<ProbeHandler, { readonly kind: "exec" }>;

function judgePort(subject: ContainerSubject, kind: ProbeKind, handler: NetHandler): Fault[] {
  const port = numberIn(handler.port);
  const at = subject.atProbe(kind, handler.kind, "port");
  if (typeof port === "string") {
    if (subject.container.ports.some(({ name }) => name === port)) return [];
    const fix = portFix(subject, kind, handler, declaredPort(subject));
    return [
      {
        severity: "error",
        at,
        message: `The ${kind} probe asks port ${port}, and the ${subject.title} has none of that name.`,
        evidence: `${kind} ${port}`,
        ...(fix === null ? {} : { fix }),
      },
    ];
  }
  if ("host" in handler && handler.host !== null) return [];
  const served = servedPorts(subject);
  if (served === null || served.all.includes(port) || isElsewhere(subject, port)) return [];
  const [only, ...others] = served.main;
  const fix = others.length > 0 ? null : portFix(subject, kind, handler, only ?? null);
  return [
    {
      severity: "warning",
      at,
      message: `The ${kind} probe asks port ${port}, and ${served.source} says ${served.all.join(", ")}.`,
      evidence: `${kind} ${port}`,
      ...(fix === null ? {} : { fix }),
    },
  ];
}

/** Declared by a container of the pod, or perhaps served by one of which nothing is known: they share one address. */
function isElsewhere({ workload, name }: ContainerSubject, port: number): boolean {
  const declared = workload.running.some(({ container }) =>
    container.ports.some(({ containerPort }) => containerPort === port),
  );
  if (declared) return true;
  return workload.running.some((one) => {
    if (one.name === name) return false;
    return servedPorts(one)?.all.includes(port) ?? true;
  });
}

/** The container's only TCP port. */
function declaredPort({ container }: ContainerSubject): number | string | null {
  const [only, ...others] = container.ports.filter(({ protocol }) => protocol === "TCP");
  if (only === undefined || others.length > 0) return null;
  return only.name ?? only.containerPort;
}

function portFix(
  subject: ContainerSubject,
  kind: ProbeKind,
  handler: NetHandler,
  port: number | string | null,
): Fix | null {
  if (port === null) return null;
  const path = [...subject.path, `${kind}Probe`, handler.kind, "port"];
  const { document } = subject.workload.object;
  return {
    kind: "suggested",
    title: `port: ${port}`,
    changes: [{ kind: "set", document, path, value: port }],
  };
}
