/** Time lines of one pod on an ideal node: worker at 0, first container at 2 s, everything noticed at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import { bad, good, idealNode, type Script } from "./ideal-node.js";
import { container, pod, probe } from "./pods.js";

const sick: Script = { probe: () => bad };
const liveness = (fields = {}) => [container({ livenessProbe: probe({ D: 5, ...fields }) })];

test("G1: a container that always fails and leaves at once is killed on the period's grid, then backs off", () => {
  const { times } = idealNode(pod({ containers: liveness() }), [sick], { until: 845 });
  assert.deepEqual(times("probe liveness").slice(0, 3), [10, 20, 30]);
  assert.deepEqual(times("started"), [2, 30, 60, 90, 120, 190, 300, 490, 820]);
  assert.equal(times("BackOff")[0], 150);
});

test("G2: one that ignores SIGTERM gets SIGKILL after its grace, and the pod stays Ready all along", () => {
  const script: Script = { ...sick, onTerm: "ignores" };
  const { times, lines } = idealNode(pod({ containers: liveness() }), [script], { until: 70 });
  assert.deepEqual([times("Killing")[0], times("SIGKILL")[0], times("started")[1]], [30, 60, 60]);
  assert.equal(lines.find(({ what }) => what === "exited")?.text, "137");
  assert.deepEqual(times("NotReady"), []);
  assert.deepEqual(times("Ready"), [2]);
});

test("G3: the first question comes with the period's grid, not with the container", () => {
  const containers = [container({ livenessProbe: probe() })];
  assert.equal(idealNode(pod({ containers }), [{}], { until: 30 }).times("probe liveness")[0], 10);
});

test("G4: over all phases the kill comes 25 to 35 s after the start", () => {
  const ages: number[] = [];
  for (let phase = 0; phase < 10; phase += 0.25) {
    const open = { sandboxUs: () => 0, anchorOf: () => phase * 1e6 };
    const { times } = idealNode(pod({ containers: liveness() }), [sick], { until: 40, open });
    ages.push(times("Killing")[0] ?? Number.NaN);
  }
  assert.equal(Math.min(...ages), 25);
  assert.equal(Math.max(...ages), 34.75);
});

test("G5, G6: an extra readiness attempt at the start moves the period from 1.32 on", () => {
  const from = (age: number): Script => ({ probe: (_, now) => (now >= age ? good : bad) });
  const containers = [container({ readinessProbe: probe() })];
  const run = (minor: number, delay = 0, script = from(7)) =>
    idealNode(
      pod({
        containers: delay === 0 ? containers : [container({ readinessProbe: probe({ D: delay }) })],
      }),
      [script],
      { until: 40, version: nodeVersion(minor) },
    ).times;
  assert.deepEqual(
    run(36)("probe readiness").filter((at) => at <= 12),
    [2, 2, 12],
  );
  assert.deepEqual(run(36)("Ready"), [12]);
  assert.deepEqual(run(31)("Ready"), [10]);
  assert.deepEqual(run(36, 5, {})("Ready"), [12]);
  assert.deepEqual(run(31, 5, {})("Ready"), [10]);
});

test("G7: ready at the third success at the latest", () => {
  const containers = [container({ readinessProbe: probe({ SU: 3 }) })];
  const [at = Number.NaN] = idealNode(pod({ containers }), [{}], { until: 60 }).times("Ready");
  assert.ok(at <= 22, `${at}`);
});

test("G8: readiness is asked the moment the startup probe succeeds", () => {
  const containers = [
    container({
      startupProbe: probe({ P: 5, F: 30 }),
      readinessProbe: probe({ P: 30 }),
      livenessProbe: probe(),
    }),
  ];
  const script: Script = { probe: (_, age) => (age >= 12 ? good : bad) };
  const { times } = idealNode(pod({ containers }), [script], { until: 60 });
  assert.deepEqual(times("probe startup"), [5, 10, 15]);
  assert.deepEqual(times("Ready"), [15]);
  assert.equal(times("probe liveness")[0], 20);
});

test("G9: a startup probe that fails kills by its own words", () => {
  const containers = [container({ startupProbe: probe() })];
  const { lines } = idealNode(pod({ containers }), [sick], { until: 31 });
  const killing = lines.find(({ what }) => what === "Killing");
  assert.deepEqual(
    [killing?.at, killing?.text],
    [30, "Container c failed startup probe, will be restarted"],
  );
});

test("G10: an attempt longer than the period is followed by the next at once", () => {
  const containers = [container({ livenessProbe: probe({ P: 1, T: 5 }) })];
  const { times } = idealNode(pod({ containers }), [{ ...sick, probeTakes: 3 }], { until: 20 });
  const [first = 0, second = 0, third = 0] = times("probe liveness");
  assert.deepEqual([second - first, third - second], [3, 3]);
  assert.equal(times("Killing")[0], third);
});

test("G11: a new instance inherits the failures of the one that crashed", () => {
  const crash = { exits: (instance: number) => (instance === 0 ? { after: 23, code: 1 } : null) };
  const run = (goodOnce: boolean) =>
    idealNode(
      pod({ containers: liveness({ D: 0 }) }),
      [
        {
          ...crash,
          probe: (_, __, at, instance) => (goodOnce && instance === 1 && at === 30 ? good : bad),
        },
      ],
      { until: 70 },
    ).times;
  assert.deepEqual(run(false)("probe liveness").slice(0, 3), [10, 20, 30]);
  assert.equal(run(false)("Killing")[0], 30);
  assert.equal(run(true)("Killing")[0], 60);
});

test("G16, G17: a kill can end the pod for good", () => {
  const run = (restartPolicy: "OnFailure" | "Never", code: number) =>
    idealNode(
      pod({ containers: liveness(), restartPolicy }),
      [{ ...sick, onTerm: { after: 0, code } }],
      { until: 400 },
    );
  const onFailure = run("OnFailure", 0);
  assert.deepEqual(onFailure.times("started"), [2, 30, 60, 90, 120]);
  assert.deepEqual(onFailure.times("Succeeded"), [150]);
  const never = run("Never", 0);
  assert.deepEqual([never.times("started"), never.times("Succeeded")], [[2], [30]]);
  assert.equal(never.lines.find(({ what }) => what === "Killing")?.text, "Stopping container c");
  assert.deepEqual(run("Never", 143).times("Failed"), [30]);
});

test("G18: while one container is being killed no other is started", () => {
  const containers = [
    container({ name: "a", livenessProbe: probe({ D: 5 }) }),
    container({ name: "b" }),
  ];
  const { times } = idealNode(
    pod({ containers }),
    [
      { ...sick, onTerm: "ignores" },
      { exits: (instance) => (instance === 0 ? { after: 33, code: 1 } : null) },
    ],
    { until: 70 },
  );
  assert.deepEqual(times("started", 1), [2, 60]);
});

test("G19: starts of a container that exits at once", () => {
  const script: Script = { exits: () => ({ after: 0, code: 1 }) };
  const { times } = idealNode(pod(), [script], { until: 700 });
  assert.deepEqual(times("started"), [2, 2, 12, 32, 72, 152, 312, 612]);
});

test("C13, C16: starts of containers that run 5 s, and 601 s", () => {
  const open = { sandboxUs: () => 0 };
  const run = (after: number, until: number) =>
    idealNode(pod(), [{ exits: () => ({ after, code: 1 }) }], { until, open }).times("started");
  assert.deepEqual(run(5, 700), [0, 5, 20, 45, 90, 175, 340, 645]);
  assert.deepEqual(run(601, 2_500), [0, 601, 1_202, 1_803, 2_404]);
});

test("G20: an init container that fails twice is tried again in place", () => {
  const init = container({ name: "init" });
  const { times } = idealNode(
    pod({ initContainers: [init] }),
    [{ exits: (instance) => ({ after: 0, code: instance < 2 ? 1 : 0 }) }, {}],
    { until: 60, open: { sandboxUs: () => 0 } },
  );
  assert.deepEqual([times("started", 0), times("started", 1)], [[0, 0, 10], [10]]);
});

test("G21, G22, G23: deletion: the app's own end, SIGKILL after the grace, the hook's time taken off", () => {
  const run = (script: Script, lifecycle = container().lifecycle) =>
    idealNode(pod({ containers: [container({ lifecycle })] }), [script], {
      until: 200,
      acts: [[100, (machine) => machine.deleted(30)]],
    });
  const own = run({ onTerm: { after: 3, code: 0 } });
  assert.deepEqual(
    [own.times("SIGTERM"), own.times("exited"), own.times("Succeeded")],
    [[100], [103], [103]],
  );
  assert.deepEqual(own.times("gone"), [103]);
  const deaf = run({ onTerm: "ignores" });
  assert.deepEqual([deaf.times("SIGKILL"), deaf.times("Failed")], [[130], [130]]);
  const preStop = { kind: "sleep", seconds: 10 } as const;
  const hook = run({ onTerm: "ignores" }, { postStart: null, preStop, stopSignal: null });
  assert.deepEqual([hook.times("SIGTERM"), hook.times("SIGKILL")], [[110], [130]]);
});

test("G24: volumes are refreshed with the next sync, 60 to 90 s after the last", () => {
  for (const jitter of [1, 1.5]) {
    const open = { requeueJitter: () => jitter };
    const { times } = idealNode(pod(), [{}], { until: 400, open });
    const syncs = times("sync").filter((at) => at > 2);
    assert.deepEqual(
      syncs.slice(0, 3),
      [1, 2, 3].map((k) => 2 + k * 60 * jitter),
    );
  }
});

test("G25: with the fault of 1.35 a replacement reports started before its startup probe has said so", () => {
  const containers = [
    container({ startupProbe: probe({ P: 30, F: 30 }), livenessProbe: probe({ P: 10, F: 1 }) }),
  ];
  const script: Script = { probe: (kind) => (kind === "startup" ? good : bad) };
  const first = (startedInheritance: boolean) => {
    const version = nodeVersion(35, "containerd", { startedInheritance });
    const { lines } = idealNode(pod({ containers }), [script], { until: 90, version });
    const at = lines.findIndex(({ what, text }) => what === "started" && text === "1");
    return lines.slice(at).find(({ what }) => what.startsWith("probe"))?.what;
  };
  assert.equal(first(false), "probe startup");
  assert.equal(first(true), "probe liveness");
});
