/** The scenarios that Kubernetes' own end-to-end tests assert of probes, on an ideal node: worker at 0, container at 2 s. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import {
  followsRedirect,
  httpOutcome,
  resolvePort,
  tcpOutcome,
} from "#kubelet/prober/network-outcome.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Container, PodSpec } from "#model/kube/pod.js";
import { bad, good, idealNode, type Script } from "./ideal-node.js";
import { container, pod, probe } from "./pods.js";

const run = (
  parts: Partial<Container>,
  script: Script,
  until: number,
  spec: Partial<PodSpec> = {},
) => idealNode(pod({ containers: [container(parts)], ...spec }), [script], { until });
const from =
  (age: number, outcome: Outcome, before = bad): NonNullable<Script["probe"]> =>
  (_, now) =>
    now >= age ? outcome : before;
const restarts = (lived: ReturnType<typeof run>): number => lived.times("started").length - 1;
const exec = (code: number): Outcome =>
  execOutcome(
    ["cat", "/tmp/health"],
    { kind: "exited", code, stdout: "", stderr: "" },
    "containerd",
  );
const late = execOutcome(["sleep", "10"], { kind: "timed-out", timeoutSeconds: 1 }, "containerd");
const preStop = {
  postStart: null,
  preStop: { kind: "sleep", seconds: 10 },
  stopSignal: null,
} as const;

test("F1, F2: readiness keeps to its delay, and restarts nothing", () => {
  const healthy = run({ readinessProbe: probe({ D: 15 }) }, {}, 60);
  assert.ok((healthy.times("Ready")[0] ?? 0) >= 17);
  const sick = run({ readinessProbe: probe() }, { probe: () => bad }, 300);
  assert.deepEqual([sick.times("Ready"), restarts(sick)], [[], 0]);
  assert.equal(restarts(healthy), 0);
});

test("F3, F4: a liveness command whose file goes, and one whose file stays", () => {
  const livenessProbe = probe({ D: 15, F: 1, T: 5 });
  // The file is there again in a new container, for ten seconds.
  const goes = run({ livenessProbe }, { probe: (_, age) => exec(age < 10 ? 0 : 1) }, 60);
  assert.equal(goes.times("Killing").length >= 1, true);
  assert.equal(goes.times("Killing")[0], 20);
  assert.equal(restarts(run({ livenessProbe }, { probe: () => exec(0) }, 300)), 0);
});

test("F5: restarts grow one by one", () => {
  const lived = run({ livenessProbe: probe({ D: 5, F: 1 }) }, { probe: from(0, good, good) }, 10);
  assert.equal(restarts(lived), 0);
  const sick = run(
    { livenessProbe: probe({ D: 5, F: 1 }) },
    { probe: (_, age) => (age < 10 ? good : bad) },
    900,
  );
  const counts = sick.lines
    .filter(({ what }) => what === "started")
    .map(({ text }) => Number(text));
  assert.ok(counts.length > 5);
  assert.deepEqual(
    counts,
    counts.map((_, index) => index),
  );
});

test("F6: an open port is alive, whatever is answered on it", () => {
  const open = tcpOutcome({ connected: true, words: "" });
  assert.equal(restarts(run({ livenessProbe: probe({ F: 1 }) }, { probe: () => open }, 300)), 0);
});

test("F7, F8, F9: a command that outlasts its time is a failure, also when a child holds its output", () => {
  const slow: Script = { probe: () => late, probeTakes: 1 };
  assert.ok(restarts(run({ livenessProbe: probe({ F: 1 }) }, slow, 60)) >= 1);
  assert.deepEqual(run({ readinessProbe: probe() }, slow, 120).times("Ready"), []);
  const held: Script = { probe: () => late, probeTakes: 10 };
  assert.ok(restarts(run({ livenessProbe: probe({ F: 1 }) }, held, 60)) >= 1);
});

test("F10: a redirect to another host is a warning, and good", () => {
  assert.equal(followsRedirect("10.0.0.1", "0.0.0.0", 0), "end");
  const warning = httpOutcome({ kind: "redirect-ended", body: "" });
  const lived = run({ livenessProbe: probe({ F: 1 }) }, { probe: () => warning }, 120);
  assert.equal(restarts(lived), 0);
  assert.ok(lived.times("ProbeWarning").length > 5);
});

test("F11, F12, F13: startup kills although liveness is fine, holds liveness back, and lets it kill afterwards", () => {
  const kinds =
    (startup: (age: number) => boolean, liveness: boolean): NonNullable<Script["probe"]> =>
    (kind, age) =>
      (kind === "startup" ? startup(age) : liveness) ? good : bad;
  const fails = run(
    { startupProbe: probe({ D: 15, F: 3 }), livenessProbe: probe() },
    { probe: kinds(() => false, true) },
    60,
  );
  assert.equal(restarts(fails), 1);
  const delays = run(
    { startupProbe: probe({ F: 60 }), livenessProbe: probe({ F: 1 }) },
    { probe: kinds(() => false, false) },
    300,
  );
  assert.deepEqual([restarts(delays), delays.times("probe liveness")], [0, []]);
  const after = run(
    { startupProbe: probe({ F: 60 }), livenessProbe: probe({ F: 1 }) },
    { probe: kinds((age) => age >= 10, false) },
    60,
  );
  assert.match(
    after.lines.find(({ what }) => what === "Killing")?.text ?? "",
    /failed liveness probe/,
  );
});

test("F14: ready soon after startup, not a readiness period later", () => {
  const lived = run(
    { startupProbe: probe({ P: 5, F: 60 }), readinessProbe: probe({ P: 30 }) },
    { probe: (kind, age) => (kind === "readiness" || age >= 32 ? good : bad) },
    120,
  );
  const [ready = 0] = lived.times("Ready");
  assert.ok(ready - 34 < 25 && ready >= 34, `${ready}`);
});

test("F15, F16: a probe's own grace period bounds the end of what ignores SIGTERM", () => {
  for (const kind of ["livenessProbe", "startupProbe"] as const) {
    const lived = run(
      { [kind]: probe({ D: 10, F: 1, TG: 5 }) },
      { probe: () => bad, onTerm: "ignores" },
      300,
      { terminationGracePeriodSeconds: 500 },
    );
    const back = lived.times("started")[1] ?? Number.NaN;
    assert.ok(back - 2 >= 15 && back - 2 <= 25, `${kind}: ${back}`);
  }
});

test("F17, F18, F19: at the end readiness is asked on, liveness is not", () => {
  const probes = { livenessProbe: probe({ P: 5, F: 1 }), readinessProbe: probe({ P: 5, F: 1 }) };
  const lived = idealNode(
    pod({ containers: [container(probes)], terminationGracePeriodSeconds: 60 }),
    [{ probe: (_, __, at) => (at < 100 ? good : bad), onTerm: { after: 30, code: 0 } }],
    { until: 200, acts: [[100, (machine) => machine.deleted(60)]] },
  );
  const [unready = 0] = lived.times("NotReady");
  assert.ok(unready > 100 && unready < 130, `${unready}`);
  assert.ok(
    lived.lines.every(({ what, text }) => what !== "Killing" || !text.includes("liveness")),
  );
  const never = idealNode(
    pod({ containers: [container({ ...probes, lifecycle: preStop })], restartPolicy: "Never" }),
    [{ probe: (kind) => (kind === "liveness" ? bad : good) }],
    { until: 60 },
  );
  const [hook = 0] = never.times("preStop");
  const [signal = 0] = never.times("SIGTERM");
  assert.equal(signal - hook, 10);
  const during = (what: string) => never.times(what).filter((at) => at > hook && at < signal);
  assert.deepEqual(during("probe liveness"), []);
  assert.ok(during("probe readiness").length >= 1);
});

test("F20: a startup probe's kill in a pod that never restarts runs preStop first", () => {
  const lived = run(
    { startupProbe: probe({ F: 1 }), lifecycle: preStop },
    { probe: () => bad },
    60,
    { restartPolicy: "Never" },
  );
  const [hook = 0] = lived.times("preStop");
  const [signal = 0] = lived.times("SIGTERM");
  assert.deepEqual([signal - hook, restarts(lived)], [10, 0]);
});

test("G12, G13: a command that is not there counts for nothing, one that a shell does not find counts", () => {
  const missing = execOutcome(["nosuch"], { kind: "not-found", why: "absent" }, "crio");
  const never = run({ livenessProbe: probe() }, { probe: () => missing }, 600);
  assert.equal(restarts(never), 0);
  const told = never.lines.filter(({ what }) => what === "Unhealthy");
  assert.equal(told.length, never.times("probe liveness").length);
  assert.match(told[0]?.text ?? "", /^Liveness probe errored/);
  const shell = execOutcome(
    ["sh", "-c", "nosuch"],
    { kind: "exited", code: 127, stdout: "", stderr: "" },
    "containerd",
  );
  const killed = run({ livenessProbe: probe({ D: 5 }) }, { probe: () => shell }, 130);
  assert.deepEqual(killed.times("started"), [2, 30, 60, 90, 120]);
});

test("G14: a startup command that is not there neither starts nor kills", () => {
  const missing = execOutcome(["nosuch"], { kind: "not-found", why: "absent" }, "containerd");
  const lived = run({ startupProbe: probe({ F: 1 }) }, { probe: () => missing }, 600);
  assert.deepEqual([restarts(lived), lived.times("Killing"), lived.times("Ready")], [0, [], []]);
  assert.equal(lived.machine.state.members[0]?.view.started, false);
});

test("G15: readiness on a port that no container port is named for", () => {
  const port = resolvePort("web", [{ name: "http", containerPort: 80, protocol: "TCP" }]);
  assert.ok(!port.ok);
  const outcome: Outcome = { kind: "error", state: "unknown", error: port.error };
  const lived = run({ readinessProbe: probe() }, { probe: () => outcome }, 300);
  assert.deepEqual(lived.times("Ready"), []);
  const told = lived.lines.find(({ what }) => what === "Unhealthy")?.text ?? "";
  assert.match(told, /strconv\.Atoi: parsing "web": invalid syntax/);
});
