import type { JsonValue } from "#manifest/edit/yaml-text.js";
import type { HttpGet, Port, Probe, ProbeHandler, ProbeKind } from "#model/kube/pod.js";
import type { Change } from "#rules/rule/fix.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const PROBE_KINDS: readonly ProbeKind[] = ["liveness", "readiness", "startup"];

/** A probe that the container has. */
export interface OwnProbe {
  readonly kind: ProbeKind;
  readonly probe: Probe;
}

export function probesOf(subject: ContainerSubject): OwnProbe[] {
  if (subject.isInit) return [];
  return PROBE_KINDS.flatMap((kind) => {
    const probe = subject.probe(kind);
    return probe === null ? [] : [{ kind, probe }];
  });
}

/** null: an exec handler, or a name that no port of the container has. */
export function portOf(subject: ContainerSubject, handler: ProbeHandler): number | null {
  return handler.kind === "exec" ? null : numberOf(subject, handler.port);
}

function numberOf({ container }: ContainerSubject, port: Port): number | null {
  if (typeof port === "number") return port;
  return container.ports.find(({ name }) => name === port)?.containerPort ?? null;
}

/** `GET /healthz on port 8080`. */
export function handlerText(handler: ProbeHandler): string {
  switch (handler.kind) {
    case "exec":
      return `\`${handler.command.join(" ")}\``;
    case "httpGet":
      return `GET ${handler.path} on port ${handler.port}`;
    case "tcpSocket":
      return `a TCP connection to port ${handler.port}`;
    case "grpc":
      return `gRPC${handler.service === "" ? "" : ` ${handler.service}`} on port ${handler.port}`;
  }
}

/** Port of hotpod's own answers, where the pod's address reaches them; null: there are none. */
export function hotpodProbePort({ settings }: ContainerSubject): number | null {
  const listen = settings?.probesListen ?? null;
  return listen === null || listen.port === 0 || isLoopback(listen.host) ? null : listen.port;
}

export const HOTPOD_PATHS = {
  liveness: "/livez",
  readiness: "/readyz",
  startup: "/startupz",
} as const;

export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|localhost|::1|\[::1\])$/i.test(host);
}

/** A handler that is there already and asks the program itself: hotpod's answer, or another probe's HTTP or gRPC. */
export function betterHandler(
  subject: ContainerSubject,
  kind: ProbeKind,
  fits: (handler: ProbeHandler) => boolean = () => true,
): { readonly name: "httpGet" | "grpc"; readonly value: JsonValue; readonly title: string } | null {
  const port = hotpodProbePort(subject);
  if (port !== null) {
    const path = HOTPOD_PATHS[kind];
    return { name: "httpGet", value: { path, port }, title: `GET ${path} of hotpod` };
  }
  for (const { kind: other, probe } of probesOf(subject)) {
    const { handler } = probe;
    if (other === kind || (handler.kind !== "httpGet" && handler.kind !== "grpc")) continue;
    if (!fits(handler)) continue;
    const raw = subject.raw[`${other}Probe`] as Readonly<Record<string, JsonValue>>;
    const value = raw[handler.kind] as JsonValue;
    return { name: handler.kind, value, title: `the ${other} probe's ${handlerText(handler)}` };
  }
  return null;
}

/** Another handler in a probe's place. */
export function replaceHandler(
  subject: ContainerSubject,
  { kind, probe }: OwnProbe,
  { name, value }: { readonly name: "httpGet" | "grpc"; readonly value: JsonValue },
): Change[] {
  const { document } = subject.workload.object;
  const path = [...subject.path, `${kind}Probe`];
  const set: Change = { kind: "set", document, path: [...path, name], value };
  if (probe.handler.kind === name) return [set];
  return [{ kind: "remove", document, path: [...path, probe.handler.kind] }, set];
}

/** Scheme, port and path, with headers; ports by their numbers. null: cannot be compared. */
export function endpointKey(subject: ContainerSubject, handler: ProbeHandler): string | null {
  const port = portOf(subject, handler);
  if (port === null) return null;
  if (handler.kind === "grpc") return JSON.stringify(["grpc", port, handler.service]);
  return handler.kind === "httpGet" ? httpKey(port, handler) : null;
}

function httpKey(port: number, { scheme, host, path, httpHeaders }: HttpGet): string {
  const headers = httpHeaders.map(({ name, value }) => `${name.toLowerCase()}: ${value}`).sort();
  const slashed = path.startsWith("/") ? path : `/${path}`;
  return JSON.stringify([scheme, host, port, slashed, headers]);
}
