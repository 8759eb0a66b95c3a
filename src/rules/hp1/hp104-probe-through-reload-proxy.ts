import { type OwnProbe, portOf, probesOf } from "#rules/probe/probe-target.js";
import type { Change, Fix } from "#rules/rule/fix.js";
import {
  type Fault,
  type Figure,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";
import { type AirProxy, airProxyOf } from "./air-proxy.js";

export const probeThroughReloadProxy: Rule = {
  id: "HP104",
  name: "probe-through-reload-proxy",
  severity: "warning",
  reason: "a",
  inputs: "W,R,T?",
  exports: "none",
  fix: "suggest",
  title: "The probe asks the reload tool's own proxy, not the service.",
  why: "air's proxy asks the service again and again until app_start_timeout (5000 ms) and then answers 500. It hides short gaps, and turns slow starts into failures.",
  when: "air's [proxy] is enabled, and a probe's port is its proxy_port. An error where the liveness probe goes there and a start (times the safety factor) is longer than app_start_timeout.",
  remedy: "Point the probes to app_port, and raise app_start_timeout above the longest start.",
  fires: "proxy_port 8090, and a readiness probe of port 8090.",
  quiet: "The proxy is enabled and the probes go to app_port, wherever the Service goes.",
  judge: { of: "container", judge: judgeProbes },
};

function judgeProbes(subject: ContainerSubject): Outcome {
  const proxy = airProxyOf(subject);
  const probes = probesOf(subject).filter(({ probe }) => probe.handler.kind !== "exec");
  if (proxy === null || proxy === "off" || probes.length === 0) return NOT_APPLICABLE;
  if (proxy === "unknown") return open("R", "--reload-config .air.toml");
  const faults = probes
    .filter(({ probe }) => portOf(subject, probe.handler) === proxy.proxyPort)
    .map((own) => faultOf(subject, own, proxy));
  return faults.length === 0 ? PASS : fails(...faults);
}

function faultOf(subject: ContainerSubject, own: OwnProbe, proxy: AirProxy): Fault {
  const start = subject.timing("appStart");
  const { safety } = subject.project.parameters;
  const neededMs = start === null ? 0 : Math.ceil(start.value * safety * 1000);
  const isSlow = neededMs > proxy.startTimeoutMs;
  const limit = secondsText(proxy.startTimeoutMs / 1000);
  const figures: Figure[] = [
    { name: "proxy_port", value: String(proxy.proxyPort), source: "air's [proxy]" },
    { name: "app_start_timeout", value: limit, source: "air's [proxy]" },
    ...(start === null ? [] : [timingFigure(start, "s")]),
  ];
  const asks = `The ${own.kind} probe asks air's proxy on port ${proxy.proxyPort}`;
  const fix = fixOf(subject, own, proxy, isSlow ? neededMs : null);
  return {
    severity: isSlow && own.kind === "liveness" ? "error" : "warning",
    at: subject.atProbe(own.kind, own.probe.handler.kind, "port"),
    message:
      start !== null && isSlow
        ? `${asks}, which answers 500 after ${limit}, and a start takes ${secondsText(start.value)}.`
        : `${asks}, which hides short gaps and answers 500 after ${limit}.`,
    evidence: own.kind,
    figures,
    ...(fix === null ? {} : { fix }),
  };
}

function fixOf(
  subject: ContainerSubject,
  { kind, probe }: OwnProbe,
  { appPort }: AirProxy,
  timeoutMs: number | null,
): Fix | null {
  if (appPort === null) return null;
  const path = [...subject.path, `${kind}Probe`, probe.handler.kind, "port"];
  const { document } = subject.workload.object;
  const config = subject.reload?.config ?? null;
  const changes: Change[] = [{ kind: "set", document, path, value: appPort }];
  if (timeoutMs !== null && config !== null) {
    const table = { table: "proxy", key: "app_start_timeout", value: timeoutMs };
    changes.push({ kind: "toml", file: config.file, text: config.text, ...table });
  }
  return { kind: "suggested", title: `${kind} asks port ${appPort}, the service itself`, changes };
}
