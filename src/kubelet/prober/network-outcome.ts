import { fail, ok, type Result } from "#base/result.js";
import type { ContainerPort, Port } from "#model/kube/pod.js";
import type { GrpcSeen, HttpSeen } from "#model/kube/probe-seen.js";
import { cut } from "./exec-outcome.js";
import { goDuration } from "./go-duration.js";
import type { Outcome } from "./outcome.js";

export function httpOutcome(seen: HttpSeen): Outcome {
  switch (seen.kind) {
    case "answered":
      return seen.status >= 200 && seen.status < 400
        ? { kind: "success", output: cut(seen.body) }
        : { kind: "failure", output: `HTTP probe failed with statuscode: ${seen.status}` };
    case "redirect-ended":
      return {
        kind: "warning",
        output: `Probe terminated redirects, Response body: ${cut(seen.body)}`,
      };
    case "too-many-redirects":
      return { kind: "failure", output: `Get "${seen.url}": stopped after 10 redirects` };
    case "no-answer":
      return { kind: "failure", output: `Get "${seen.url}": ${seen.words}` };
    case "body-broken":
      return { kind: "error", state: "failure", error: seen.words };
    case "malformed":
      return { kind: "error", state: "unknown", error: seen.words };
  }
}

/** Whether a redirect is followed: only to the same host name, another port is fine. */
export function followsRedirect(
  fromHostname: string,
  toHostname: string | null,
  followed: number,
): "follow" | "end" | "too-many" {
  if (toHostname === null || toHostname !== fromHostname) return "end";
  return followed >= 10 ? "too-many" : "follow";
}

type GivenHeaders = readonly { readonly name: string; readonly value: string }[];

/** Headers of an HTTP probe. An empty value suppresses a default one. */
export function probeHeaders(
  given: GivenHeaders,
  minor: number,
): { name: string; value: string }[] {
  return headersFrom(given, `kube-probe/1.${minor}`);
}

/** Headers of an HTTP hook. */
export function hookHeaders(given: GivenHeaders, minor: number): { name: string; value: string }[] {
  return headersFrom(given, `kube-lifecycle/1.${minor}`);
}

function headersFrom(given: GivenHeaders, userAgent: string): { name: string; value: string }[] {
  const named = new Set(given.map(({ name }) => name.toLowerCase()));
  const defaults = [
    { name: "User-Agent", value: userAgent },
    { name: "Accept", value: "*/*" },
  ].filter(({ name }) => !named.has(name.toLowerCase()));
  const suppressible = new Set(["user-agent", "accept"]);
  const kept = given.filter(
    ({ name, value }) => value !== "" || !suppressible.has(name.toLowerCase()),
  );
  return [...defaults, ...kept, { name: "Connection", value: "close" }];
}

/** A connection that was made is a success, whatever becomes of it. `words` as Go says it. */
export function tcpOutcome(seen: { readonly connected: boolean; readonly words: string }): Outcome {
  return seen.connected ? { kind: "success", output: "" } : { kind: "failure", output: seen.words };
}

/** A health check that fails is never an error: whatever goes wrong counts. Source: pkg/probe/grpc. */
export function grpcOutcome(seen: GrpcSeen, timeoutSeconds: number): Outcome {
  const within = goDuration(timeoutSeconds);
  switch (seen.kind) {
    case "answered":
      return seen.status === "SERVING"
        ? { kind: "success", output: "service healthy" }
        : { kind: "failure", output: `service unhealthy (responded with "${seen.status}")` };
    case "no-connection": {
      const late = `within ${within}: context deadline exceeded`;
      const output = `timeout: failed to connect service "${seen.address}" ${late}`;
      return { kind: "failure", output };
    }
    case "status":
      return { kind: "failure", output: statusText(seen, within) };
    case "slow":
      return { kind: "failure", output: `timeout: health rpc did not complete within ${within}` };
  }
}

function statusText(
  { code, words }: { readonly code: string; readonly words: string },
  within: string,
): string {
  switch (code) {
    case "Unimplemented":
      return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${words}`;
    case "DeadlineExceeded":
      return `timeout: health rpc did not complete within ${within}`;
    default:
      return `error: health rpc probe failed: rpc error: code = ${code} desc = ${words}`;
  }
}

/** The number a probe's port stands for; an error text as the kubelet gives it, which makes the attempt errored. */
export function resolvePort(port: Port, ports: readonly ContainerPort[]): Result<number, string> {
  if (typeof port === "number") return inRange(port);
  const named = ports.find(({ name }) => name === port);
  if (named !== undefined) return inRange(named.containerPort);
  if (!/^[+-]?\d+$/.test(port)) {
    return fail(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  }
  return inRange(Number(port));
}

function inRange(port: number): Result<number, string> {
  return port > 0 && port < 65_536 ? ok(port) : fail(`invalid port number: ${port}`);
}
