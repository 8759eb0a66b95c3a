import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import {
  grpcOutcome,
  httpOutcome,
  resolvePort,
  tcpOutcome,
} from "#kubelet/prober/network-outcome.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Container, HttpGet, Port, Probe } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { ListenerMode } from "#simulate/life/traffic/listener.js";

/** What a probe will hear, and when. `wait`: as soon as somebody answers, at the latest after the timeout. */
export type Hearing =
  | { readonly kind: "after"; readonly us: Micros; readonly outcome: Outcome }
  | { readonly kind: "wait"; readonly timeoutUs: Micros; readonly late: Outcome };

/** Whom a probe asks; the same for all of its attempts. */
export type Target =
  | {
      readonly kind: "service";
      /** With its port's number in place of the name. */
      readonly probe: Probe;
    }
  /** The supervisor, which answers by itself. `path` null: it only has to take the connection. */
  | { readonly kind: "face"; readonly path: string | null }
  /** A port that does not exist: every attempt is an error. */
  | { readonly kind: "nowhere"; readonly outcome: Outcome };

export const GOOD: Outcome = { kind: "success", output: "", lasts: true };
/** A good answer that the next question may not get. */
const WELL: Outcome = { kind: "success", output: "" };

/** `facePort`: of a supervisor that answers probes itself; null: there is none. */
export function targetOf(probe: Probe, container: Container, facePort: number | null): Target {
  const { handler } = probe;
  if (handler.kind !== "httpGet" && handler.kind !== "tcpSocket") return { kind: "service", probe };
  const port = resolvePort(handler.port, container.ports);
  if (!port.ok) {
    return { kind: "nowhere", outcome: { kind: "error", state: "unknown", error: port.error } };
  }
  if (port.value !== facePort) {
    return { kind: "service", probe: { ...probe, handler: { ...handler, port: port.value } } };
  }
  return { kind: "face", path: handler.kind === "tcpSocket" ? null : handler.path };
}

/** What a supervisor's own answer means. */
export function faceHearing(status: number): Outcome {
  return status === 200 ? WELL : httpOutcome({ kind: "answered", status, body: "" });
}

/** A probe that asks the service. */
export function serviceHearing(probe: Probe, mode: ListenerMode, latencyUs: Micros): Hearing {
  const { handler } = probe;
  const timeoutUs = probe.timeoutSeconds * 1_000_000;
  switch (mode) {
    case "ok":
      return latencyUs < timeoutUs
        ? { kind: "after", us: latencyUs, outcome: WELL }
        : { kind: "after", us: timeoutUs, outcome: tooLate(probe) };
    case "closed":
      return now(refused(probe));
    case "5xx":
      return now(unwell(probe));
    case "queueing":
    case "silent":
      // A connection is made by the kernel, whoever accepts.
      if (handler.kind === "tcpSocket") return now(WELL);
      return { kind: "wait", timeoutUs, late: tooLate(probe) };
  }
}

const now = (outcome: Outcome): Hearing => ({ kind: "after", us: 0, outcome });

/** Of a pod that has none in particular. */
const ADDRESS = "10.0.0.1";

/** Nothing listens. */
export function refused({ handler, timeoutSeconds }: Probe): Outcome {
  switch (handler.kind) {
    case "httpGet":
      return httpOutcome({ kind: "no-answer", url: urlOf(handler), words: refusal(handler.port) });
    case "tcpSocket":
      return tcpOutcome({ connected: false, words: refusal(handler.port) });
    case "grpc": {
      const address = `${ADDRESS}:${handler.port}`;
      return grpcOutcome({ kind: "no-connection", address }, timeoutSeconds);
    }
    case "exec":
      return execExit(1);
  }
}

function unwell({ handler, timeoutSeconds }: Probe): Outcome {
  switch (handler.kind) {
    case "httpGet":
      return httpOutcome({ kind: "answered", status: 503, body: "" });
    case "grpc":
      return grpcOutcome({ kind: "answered", status: "NOT_SERVING" }, timeoutSeconds);
    case "tcpSocket":
      return WELL;
    case "exec":
      return execExit(1);
  }
}

function tooLate(probe: Probe): Outcome {
  const { handler, timeoutSeconds } = probe;
  switch (handler.kind) {
    case "exec": {
      const seen = { kind: "timed-out", timeoutSeconds } as const;
      return execOutcome(handler.command, seen, "containerd");
    }
    case "grpc":
      return grpcOutcome({ kind: "slow" }, timeoutSeconds);
    case "httpGet": {
      const words = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
      return httpOutcome({ kind: "no-answer", url: urlOf(handler), words });
    }
    case "tcpSocket":
      return tcpOutcome({
        connected: false,
        words: `dial tcp ${ADDRESS}:${handler.port}: i/o timeout`,
      });
  }
}

const execExit = (code: number): Outcome =>
  execOutcome([], { kind: "exited", code, stdout: "", stderr: "" }, "containerd");

const refusal = (port: Port): string => `dial tcp ${ADDRESS}:${port}: connect: connection refused`;

const urlOf = ({ port, path }: HttpGet): string => `http://${ADDRESS}:${port}${path}`;
