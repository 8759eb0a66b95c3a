import type { HttpGet, ProbeKind } from "#model/kube/pod.js";
import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { numericPort } from "#rules/pod/ports.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const probeAnswerMismatch: Rule = {
  id: "HP1305",
  name: "probe-answer-mismatch",
  severity: "error",
  reason: "A",
  inputs: "W,H",
  exports: "KVR@",
  fix: "suggest",
  title:
    "The probe asks hotpod's health port for a path it does not serve, or on a port it does not use.",
  why: "hotpod answers /livez, /readyz and /startupz on probes.listen (9247 by default) and 404 for anything else, so a wrong path or port is a failed probe from the first attempt on.",
  when: "A probe of a managed container asks probes.listen for another path, or asks one of these paths on a port where neither hotpod nor the service listens; or startup asks /livez.",
  remedy:
    "livenessProbe on /livez, readinessProbe on /readyz, startupProbe on /startupz, all on the port of probes.listen.",
  fires: "a livenessProbe of :9247/healthz.",
  quiet: "a livenessProbe of the service's own /healthz on its own port.",
  judge: { of: "container", judge: judgeProbes },
};

const OWN: Readonly<Record<ProbeKind, string>> = {
  liveness: "/livez",
  readiness: "/readyz",
  startup: "/startupz",
};
const PATHS = new Set(Object.values(OWN));

function judgeProbes(subject: ContainerSubject): Outcome {
  if (!subject.isManaged || subject.settings === null) return NOT_APPLICABLE;
  return together(
    (["liveness", "readiness", "startup"] as const).map((kind) => judgeProbe(subject, kind)),
  );
}

function judgeProbe(subject: ContainerSubject, kind: ProbeKind): Outcome {
  const handler = subject.probe(kind)?.handler;
  const { settings } = subject;
  if (settings === null || handler?.kind !== "httpGet") return NOT_APPLICABLE;
  const asked = numericPort(subject, handler.port);
  const own = settings.probesListen?.port ?? null;
  if (asked === null) return PASS;
  const path = handler.path.split("?", 1)[0] ?? "";
  if (asked === own)
    return PATHS.has(path) && !crosswise(kind, path) ? PASS : wrong(subject, kind, handler, own);
  const service = settings.listen.some(
    ({ address }) => address.kind !== "unix" && address.port === asked,
  );
  const declared = subject.container.ports.some(({ containerPort }) => containerPort === asked);
  return !PATHS.has(path) || service || declared ? PASS : wrong(subject, kind, handler, own);
}

/** Liveness on /readyz is another rule's matter: it kills during a planned withdrawal. */
const crosswise = (kind: ProbeKind, path: string): boolean =>
  kind === "startup" && path === "/livez";

function wrong(
  subject: ContainerSubject,
  kind: ProbeKind,
  { port, path }: HttpGet,
  own: number | null,
): Outcome {
  const answer = OWN[kind];
  return fails({
    severity: "error",
    at: subject.atProbe(kind, "httpGet"),
    message:
      own === null
        ? `The ${kind} probe asks for ${path} on port ${port}, and hotpod is told to serve no probes.`
        : `The ${kind} probe asks for ${path} on port ${port}; hotpod serves ${answer} on port ${own}.`,
    evidence: kind,
    ...(own === null
      ? {}
      : {
          fix: suggestedFix(
            `${kind}Probe: ${answer} on port ${own}`,
            setInContainer(subject, [`${kind}Probe`, "httpGet", "path"], answer),
            setInContainer(subject, [`${kind}Probe`, "httpGet", "port"], own),
          ),
        }),
  });
}
