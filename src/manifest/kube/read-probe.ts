import type {
  HookHandler,
  HttpGet,
  Lifecycle,
  Probe,
  ProbeHandler,
  TcpSocket,
} from "#model/kube/pod.js";
import {
  type HookWithDefaults,
  type HttpGetWithDefaults,
  items,
  type LifecycleWithDefaults,
  type ProbeWithDefaults,
} from "./defaults.js";
import type { Maybe, RawExec, RawTcpSocket } from "./raw-pod.js";

/** For a probe that validation has accepted: it has one handler. */
export function readProbe(probe: ProbeWithDefaults | null): Probe | null {
  if (probe === null) return null;
  return {
    handler: readProbeHandler(probe),
    initialDelaySeconds: probe.initialDelaySeconds,
    timeoutSeconds: probe.timeoutSeconds,
    periodSeconds: probe.periodSeconds,
    successThreshold: probe.successThreshold,
    failureThreshold: probe.failureThreshold,
    terminationGracePeriodSeconds: probe.terminationGracePeriodSeconds ?? null,
  };
}

/** `stopSignal` is behind a feature gate that is off up to Kubernetes 1.36: the API server drops it. */
export function readLifecycle(lifecycle: LifecycleWithDefaults | null): Lifecycle {
  return {
    postStart: readHook(lifecycle?.postStart ?? null),
    preStop: readHook(lifecycle?.preStop ?? null),
    stopSignal: null,
  };
}

function readProbeHandler(probe: ProbeWithDefaults): ProbeHandler {
  if (probe.exec) return readExec(probe.exec);
  if (probe.httpGet !== null) return readHttpGet(probe.httpGet);
  if (probe.tcpSocket) return readTcpSocket(probe.tcpSocket);
  return { kind: "grpc", port: probe.grpc?.port ?? 0, service: probe.grpc?.service ?? "" };
}

function readHook(hook: HookWithDefaults | null): HookHandler | null {
  if (hook === null) return null;
  if (hook.exec) return readExec(hook.exec);
  if (hook.httpGet !== null) return readHttpGet(hook.httpGet);
  if (hook.tcpSocket) return readTcpSocket(hook.tcpSocket);
  return { kind: "sleep", seconds: hook.sleep?.seconds ?? 0 };
}

function readExec({ command }: RawExec): { kind: "exec"; command: readonly string[] } {
  return { kind: "exec", command: (command ?? []).map((word) => word ?? "") };
}

function readHttpGet(get: HttpGetWithDefaults): HttpGet {
  return {
    kind: "httpGet",
    scheme: get.scheme as "HTTP" | "HTTPS",
    host: text(get.host),
    port: get.port,
    path: get.path,
    httpHeaders: items(get.httpHeaders).map(({ name, value }) => ({
      name: name ?? "",
      value: value ?? "",
    })),
  };
}

function readTcpSocket({ host, port }: RawTcpSocket): TcpSocket {
  return { kind: "tcpSocket", host: text(host), port: port ?? 0 };
}

const text = (value: Maybe<string>): string | null =>
  value === null || value === undefined || value === "" ? null : value;
