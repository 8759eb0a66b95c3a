/** What handlers see, what it means, and the words of its event. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import { execOutcome, expandCommand } from "#kubelet/prober/exec-outcome.js";
import {
  followsRedirect,
  grpcOutcome,
  httpOutcome,
  probeHeaders,
  resolvePort,
  tcpOutcome,
} from "#kubelet/prober/network-outcome.js";
import { hear, type Outcome } from "#kubelet/prober/outcome.js";
import type { ExecSeen, GrpcSeen } from "#model/kube/probe-seen.js";

test("A22: outcomes as results, by version", () => {
  const output = "o";
  const error: Outcome = { kind: "error", state: "unknown", error: "e" };
  const heard = (outcome: Outcome, minor = 36) => {
    const { result, event } = hear("liveness", outcome, nodeVersion(minor));
    return [result, event?.message ?? null];
  };
  assert.deepEqual(heard({ kind: "success", output }), ["success", null]);
  assert.deepEqual(heard({ kind: "warning", output }), ["success", "Liveness probe warning: o"]);
  assert.deepEqual(heard({ kind: "failure", output }), ["failure", "Liveness probe failed: o"]);
  assert.deepEqual(heard({ kind: "unknown", output }), ["failure", null]);
  assert.deepEqual(heard({ kind: "unknown", output }, 32), ["failure", "Liveness probe failed: o"]);
  assert.deepEqual(heard(error), [null, "Liveness probe errored and resulted in unknown state: e"]);
  assert.deepEqual(heard(error, 32), [null, "Liveness probe errored: e"]);
});

test("A23: variables in a command come from literals, the rest stays as text", () => {
  const literals = new Map([["A", "script"]]);
  const expanded = expandCommand(["/bin/bash", "-c", "some $(A) $(B) $$(A)"], literals);
  assert.deepEqual(expanded, ["/bin/bash", "-c", "some script $(B) $(A)"]);
});

test("B1: commands by how they end", () => {
  const kindOf = (seen: ExecSeen) => execOutcome(["/check", "-x"], seen, "containerd");
  const exited = (code: number, stdout = "out", stderr = "err"): ExecSeen => ({
    kind: "exited",
    code,
    stdout,
    stderr,
  });
  assert.deepEqual(kindOf(exited(0)), { kind: "success", output: "outerr" });
  assert.deepEqual(kindOf(exited(1)), { kind: "failure", output: "outerr" });
  const long = kindOf(exited(0, "x".repeat(11 * 1024), ""));
  assert.equal(long.kind === "success" && long.output.length, 10 * 1024);
  const late = { kind: "timed-out", timeoutSeconds: 2 } as const;
  assert.deepEqual(kindOf(late), {
    kind: "failure",
    output: 'command timed out: "/check -x" timed out after 2s',
  });
  assert.deepEqual(execOutcome(["/check"], late, "crio"), {
    kind: "failure",
    output: "command timed out",
  });
});

test("a command that cannot be found counts for nothing, one that cannot be executed counts", () => {
  const absent = { kind: "not-found", why: "absent" } as const;
  for (const runtime of ["containerd", "crio"] as const) {
    const outcome = execOutcome(["nosuch"], absent, runtime);
    assert.equal(outcome.kind, "error");
    assert.match(
      outcome.kind === "error" ? outcome.error : "",
      /exec: "nosuch": executable file not found in \$PATH/,
    );
  }
  assert.equal(execOutcome(["nosuch"], absent, "dockershim").kind, "failure");
  const busy = execOutcome(["/app/check"], { kind: "execve-failed", why: "ETXTBSY" }, "containerd");
  assert.deepEqual(busy, { kind: "failure", output: "exec /app/check: text file busy" });
});

test("B2 to B5, B8, B11: HTTP answers, redirects, bodies", () => {
  const answered = (status: number, body = "") => httpOutcome({ kind: "answered", status, body });
  assert.deepEqual(
    [200, 302, 399].map((status) => answered(status).kind),
    ["success", "success", "success"],
  );
  assert.deepEqual(answered(500), {
    kind: "failure",
    output: "HTTP probe failed with statuscode: 500",
  });
  const cut = answered(200, "x".repeat(10 * 1024 + 1));
  assert.equal(cut.kind === "success" && cut.output.length, 10 * 1024);
  const ended = httpOutcome({ kind: "redirect-ended", body: "ok body" });
  assert.deepEqual(ended, {
    kind: "warning",
    output: "Probe terminated redirects, Response body: ok body",
  });
  assert.equal(httpOutcome({ kind: "too-many-redirects", url: "u" }).kind, "failure");
  assert.equal(httpOutcome({ kind: "body-broken", words: "unexpected EOF" }).kind, "error");
  assert.equal(followsRedirect("pod", "pod", 3), "follow");
  assert.equal(followsRedirect("pod", "pod", 10), "too-many");
  assert.equal(followsRedirect("pod", "elsewhere", 0), "end");
  assert.equal(followsRedirect("pod", null, 0), "end");
});

test("B6, B7: headers that are given take the place of the default ones, empty ones remove them", () => {
  const names = (given: { name: string; value: string }[]) =>
    Object.fromEntries(probeHeaders(given, 36).map(({ name, value }) => [name, value]));
  const connection = { Connection: "close" };
  assert.deepEqual(names([]), { "User-Agent": "kube-probe/1.36", Accept: "*/*", ...connection });
  assert.deepEqual(names([{ name: "User-Agent", value: "me" }]), {
    Accept: "*/*",
    "User-Agent": "me",
    ...connection,
  });
  assert.deepEqual(names([{ name: "user-agent", value: "" }]), { Accept: "*/*", ...connection });
  assert.equal(names([{ name: "Host", value: "shop" }]).Host, "shop");
});

test("B9: ports by number, numeric text and name", () => {
  const ports = [{ name: "found", containerPort: 93, protocol: "TCP" as const }];
  const value = (port: number | string) => {
    const resolved = resolvePort(port, ports);
    return resolved.ok ? resolved.value : resolved.error;
  };
  assert.equal(value(76), 76);
  assert.equal(value("118"), 118);
  assert.equal(value("found"), 93);
  assert.match(String(value(-1)), /invalid port number: -1/);
  assert.match(String(value("-1")), /invalid port number/);
  assert.equal(value("not-found"), 'strconv.Atoi: parsing "not-found": invalid syntax');
  assert.equal(value(""), 'strconv.Atoi: parsing "": invalid syntax');
});

test("B12, B13: a connection is enough for tcp; gRPC fails with its own words", () => {
  assert.equal(tcpOutcome({ connected: true, words: "" }).kind, "success");
  assert.deepEqual(tcpOutcome({ connected: false, words: "w" }), { kind: "failure", output: "w" });
  const failure = (seen: GrpcSeen, seconds = 1) => {
    const outcome = grpcOutcome(seen, seconds);
    return outcome.kind === "failure" ? outcome.output : outcome.kind;
  };
  const none = { kind: "no-connection", address: "10.1.2.3:1" } as const;
  const connect = 'timeout: failed to connect service "10.1.2.3:1" within';
  assert.equal(failure(none), `${connect} 1s: context deadline exceeded`);
  assert.equal(failure(none, 90), `${connect} 1m30s: context deadline exceeded`);
  assert.equal(failure({ kind: "answered", status: "SERVING" }), "success");
  const unhealthy = (status: string) => `service unhealthy (responded with "${status}")`;
  for (const status of ["NOT_SERVING", "UNKNOWN", "7"]) {
    assert.equal(failure({ kind: "answered", status }), unhealthy(status));
  }
  const late = "timeout: health rpc did not complete within 2s";
  assert.equal(failure({ kind: "slow" }, 2), late);
  assert.equal(failure({ kind: "status", code: "DeadlineExceeded", words: "w" }, 2), late);
  assert.equal(
    failure({ kind: "status", code: "Unimplemented", words: "unknown service x" }),
    "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service x",
  );
  assert.equal(
    failure({ kind: "status", code: "NotFound", words: "unknown service" }),
    "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service",
  );
});
