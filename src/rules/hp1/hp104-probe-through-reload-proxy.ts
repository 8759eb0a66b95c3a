import type { ProbeKind } from "#model/kube/pod.js";
import { numericPort } from "#rules/pod/ports.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const probeThroughReloadProxy: Rule = {
  id: "HP104",
  name: "probe-through-reload-proxy",
  severity: "warning",
  reason: "a",
  inputs: "W,R",
  exports: "none",
  fix: "suggest",
  title: "The probe asks the reload tool's own proxy, not the service.",
  why: "air's proxy asks the program again until app_start_timeout (5 s) has passed and then answers 500: it hides short gaps, and turns slow starts into failures.",
  when: "[proxy] is enabled in air's configuration and a probe asks proxy_port; an error when the start (times the safety factor) is longer than app_start_timeout and liveness asks.",
  remedy: "Point probes at app_port, and raise app_start_timeout above the start.",
  fires: "proxy_port 8090 and a readinessProbe of port 8090.",
  quiet: "the proxy enabled and probes on app_port.",
  judge: { of: "container", judge: judgeProbes },
};

const START_TIMEOUT_MS = 5_000;

function judgeProbes(subject: ContainerSubject): Outcome {
  const { reload } = subject;
  if (reload?.program !== "air" || reload.table === null) return NOT_APPLICABLE;
  const proxy = fieldsOf(reload.table.proxy);
  if (proxy.enabled !== true || typeof proxy.proxy_port !== "number") return NOT_APPLICABLE;
  return together(
    (["startup", "liveness", "readiness"] as const).map((kind) => judgeProbe(subject, kind, proxy)),
  );
}

function judgeProbe(
  subject: ContainerSubject,
  kind: ProbeKind,
  proxy: Readonly<Record<string, unknown>>,
): Outcome {
  const handler = subject.probe(kind)?.handler;
  if (handler === undefined || handler.kind === "exec") return NOT_APPLICABLE;
  if (numericPort(subject, handler.port) !== proxy.proxy_port) return PASS;
  const limit =
    typeof proxy.app_start_timeout === "number" ? proxy.app_start_timeout : START_TIMEOUT_MS;
  const start = subject.timing("appStart");
  const { safety } = subject.project.parameters;
  const slow = start !== null && safety * start.value * 1_000 > limit;
  return fails({
    severity: slow && kind === "liveness" ? "error" : "warning",
    at: subject.atProbe(kind, handler.kind, "port"),
    message: slow
      ? `The ${kind} probe asks air's proxy, which answers 500 once a start has taken ${limit / 1_000} s, and it takes ${secondsText(start.value)}.`
      : `The ${kind} probe asks air's proxy on port ${proxy.proxy_port}, which answers for the service while it is down.`,
    figures: start === null ? [] : [timingFigure(start, "s")],
    related: [
      { source: subject.reload?.source ?? subject.at("command"), message: "air is started here." },
    ],
    evidence: kind,
    ...(typeof proxy.app_port === "number" ? { remedy: `Ask app_port ${proxy.app_port}.` } : {}),
  });
}
