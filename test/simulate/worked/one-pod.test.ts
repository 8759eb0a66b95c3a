/** Worked examples of one pod, lived by the whole engine: worker at 0, container at 2 s, everything noticed at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, Pod } from "#model/kube/pod.js";
import type { LifeEvent } from "#model/life/life-event.js";
import { fixedGiven, naturalGiven } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { Program, ProgramHost } from "#simulate/life/program/program.js";
import { type LifeRun, runLife } from "#simulate/life/run-life.js";
import {
  container,
  dpf,
  lifeInput,
  pod,
  policy,
  probe,
  s,
  service,
  takes,
  workload,
} from "#test/simulate/given.js";

interface Lived {
  readonly run: LifeRun;
  /** Seconds at which events of this kind come; of one container where it is named. */
  times(ev: LifeEvent["ev"], fits?: (event: LifeEvent) => boolean): number[];
}

function live(
  of: Pod,
  parts: Partial<LifeInput> = {},
  program?: (host: ProgramHost) => Program,
): Lived {
  const input = lifeInput(workload(of), parts);
  const options = { events: true, ...(program === undefined ? {} : { program }) };
  const run = runLife(input, naturalGiven(input), options);
  return {
    run,
    times: (ev, fits = () => true) =>
      run.events.filter((event) => event.ev === ev && fits(event)).map(({ t }) => t / 1e6),
  };
}

const NEVER = takes(100_000);
const neverUp = service({ coldStart: NEVER });
const isProbe = (kind: string) => (event: LifeEvent) =>
  event.ev === "probe" && event.data.probe === kind;
const isSignal = (name: string) => (event: LifeEvent) =>
  event.ev === "signal" && event.data.signal === name;
const exitCodes = ({ run }: Lived): number[] =>
  run.events.flatMap((event) => (event.ev === "exited" ? [event.data.exitCode] : []));

/** A program that ends by itself after a while, whatever it is told. */
const ending =
  (seconds: number) =>
  (host: ProgramHost): Program => ({
    start: () => host.after(s(seconds), () => host.ended(1)),
    stop: () => {},
    kill: () => {},
    save: () => {},
    hang: () => {},
    crash: () => {},
    isBuilding: () => false,
    face: null,
  });

test("V9: what always fails and leaves at once is killed on the period's grid, then backs off", () => {
  const { times } = live(pod({ livenessProbe: dpf(5, 10, 3) }), {
    service: neverUp,
    durationUs: s(830),
  });
  assert.deepEqual(times("probe").slice(0, 3), [10, 20, 30]);
  assert.deepEqual(times("started").slice(1), [30, 60, 90, 120, 190, 300, 490, 820]);
});

test("V10: what exits at once starts at 2, 2, 12, 32, 72, 152, 312, 612", () => {
  const { times } = live(pod(), { durationUs: s(700) }, ending(0));
  assert.deepEqual(times("started"), [2, 2, 12, 32, 72, 152, 312, 612]);
});

test("V11: what lives 5 s backs off from the second restart on; what lives 601 s never", () => {
  const node = { ...lifeInput(workload(pod())).node, containerStartUs: 0 };
  const five = live(pod(), { node, durationUs: s(700) }, ending(5));
  assert.deepEqual(five.times("started"), [0, 5, 20, 45, 90, 175, 340, 645]);
  const long = live(pod(), { node, durationUs: s(2_000) }, ending(601));
  assert.deepEqual(long.times("started"), [0, 601, 1_202, 1_803]);
});

test("V12: readiness is asked the moment the startup probe succeeds", () => {
  const { times } = live(
    pod({
      startupProbe: dpf(0, 5, 30),
      readinessProbe: probe({ periodSeconds: 30 }),
      livenessProbe: dpf(0, 10, 3),
    }),
    { service: service({ coldStart: takes(12) }), durationUs: s(40) },
  );
  assert.equal(
    times("resultChanged", ({ data }) => (data as { probe: string }).probe === "startup")[0],
    15,
  );
  assert.deepEqual([times("ready"), times("probe", isProbe("liveness"))[0]], [[15], 20]);
});

const graceful = (onTerm: LifeInput["service"]["onTerm"]) =>
  service({ coldStart: takes(0), onTerm });
const deleted: Partial<LifeInput> = {
  faults: [{ kind: "delete", at: s(100), pod: null }],
  durationUs: s(200),
};
const hooked = (seconds: number): Pod =>
  pod({
    lifecycle: { postStart: null, preStop: { kind: "sleep", seconds }, stopSignal: null },
  });

test("V13: a deletion with preStop: TERM at 110, KILL at 130, or the app's own end at 113", () => {
  const deaf = live(hooked(10), { ...deleted, service: graceful({ kind: "ignores" }) });
  assert.deepEqual(deaf.times("signal", isSignal("SIGTERM")), [110]);
  assert.deepEqual(deaf.times("signal", isSignal("SIGKILL")), [130]);
  const own = live(hooked(10), {
    ...deleted,
    service: graceful({ kind: "exits", afterUs: s(3), code: 0 }),
  });
  assert.deepEqual([own.times("exited"), exitCodes(own)], [[113], [0]]);
});

test("V14: PID 1 that ignores TERM, a hook longer than the grace, a Go program without a handler", () => {
  const deaf = live(pod(), { ...deleted, service: graceful({ kind: "ignores" }) });
  assert.deepEqual([deaf.times("exited"), exitCodes(deaf)], [[130], [137]]);
  const endless = live(hooked(10_000), { ...deleted, service: graceful({ kind: "ignores" }) });
  assert.deepEqual(endless.times("signal", isSignal("SIGTERM")), [130]);
  assert.deepEqual(endless.times("exited"), [132]);
  const go = live(pod(), { ...deleted, service: graceful({ kind: "go-default" }) });
  assert.deepEqual([go.times("exited"), exitCodes(go)], [[100], [2]]);
});

test("V15: a run of failures outlives a crash, unless one good answer comes between", () => {
  const outage = (from: number, to: number) =>
    ({ kind: "outage", at: s(from), untilUs: s(to), how: "refused", pod: null }) as const;
  const crash = { kind: "crash", at: s(25), pod: null } as const;
  const lived = (...faults: LifeInput["faults"]) =>
    live(pod({ livenessProbe: dpf(0, 10, 3) }), {
      faults: [outage(5, 24), crash, ...faults],
      service: graceful({ kind: "exits", afterUs: 0, code: 0 }),
      durationUs: s(60),
    }).times("killing");
  assert.deepEqual(lived(outage(28, 32)), [30]);
  assert.deepEqual(lived(outage(38, 42)), []);
});

function waiting(databaseAt: number | null): {
  readonly of: Pod;
  readonly init: LifeInput["service"]["init"];
} {
  const init = (name: string): Container => container({ name });
  // It asks every 2 s from 4 s on, when the one before it has ended.
  const wait = databaseAt === null ? 100_000 : Math.ceil((databaseAt - 4) / 2) * 2;
  return {
    of: pod({}, { initContainers: [init("first"), init("wait-for-db"), init("last")] }),
    init: { first: takes(4), "wait-for-db": takes(wait), last: takes(2) },
  };
}

test("V16: init containers run one after the other; one that waits for ever is no restart", () => {
  const lived = (databaseAt: number | null, detectionUs = 0) => {
    const { of, init } = waiting(databaseAt);
    const node = {
      ...lifeInput(workload(of)).node,
      containerStartUs: 0,
      detectionUs: { kind: "const", us: detectionUs } as const,
    };
    return live(of, { node, service: service({ coldStart: takes(0), init }), durationUs: s(600) });
  };
  const of = (name: string) => (event: LifeEvent) => event.container === name;
  const up = lived(47);
  assert.deepEqual(up.times("exited", of("wait-for-db")), [48]);
  assert.deepEqual(up.times("started", of("api")), [50]);
  // Each of three ends is noticed up to a second later.
  const late = lived(47, s(1)).times("started", of("api"))[0] ?? 0;
  assert.ok(late > 50 && late <= 53, `${late}`);
  const never = lived(null);
  assert.deepEqual(never.times("started", of("api")), []);
  assert.deepEqual(never.times("started"), [0, 4]);
});

test("V24: hotpod counts from TERM and kills a second before the rest of the grace is over", () => {
  const lived = (graceSeconds: number) =>
    live(
      pod(
        {
          lifecycle: { postStart: null, preStop: { kind: "sleep", seconds: 5 }, stopSignal: null },
        },
        { terminationGracePeriodSeconds: graceSeconds },
      ),
      {
        ...deleted,
        service: service({
          coldStart: takes(0),
          appStart: takes(0),
          drain: takes(25),
          onTerm: { kind: "drains", code: 0 },
        }),
        reload: {
          kind: "hotpod",
          policy: { ...policy, graceMs: (graceSeconds - 5) * 1_000, shutdownDelayMs: 1_000 },
        },
      },
    );
  const ends = ({ run }: Lived) =>
    run.events.flatMap((event) =>
      event.ev === "drainEnd" ? [[event.t / 1e6, event.data.killed] as const] : [],
    );
  const [enough, short] = [lived(33), lived(30)];
  assert.deepEqual(enough.times("signal", isSignal("SIGTERM"))[0], 105);
  assert.deepEqual(ends(enough), [[131, false]]);
  assert.deepEqual(ends(short), [[129, true]]);
  assert.deepEqual(
    short.times("signal", isSignal("SIGKILL")).filter((at) => at === 130),
    [],
  );
});

test("V29: a hang without a readiness probe: killed, gone, serving again, and Ready all the time", () => {
  const lived = (at: "earliest" | "latest", graceSeconds: number | null) => {
    const liveness = { ...dpf(0, 10, 3), terminationGracePeriodSeconds: graceSeconds };
    const input = lifeInput(workload(pod({ livenessProbe: liveness })), {
      faults: [{ kind: "hang", at: s(100), pod: null }],
      service: service({ coldStart: takes(2), onTerm: { kind: "ignores" } }),
      durationUs: s(200),
    });
    // The tick right at the hang, or right before it.
    const given = fixedGiven(input, "expected");
    const phaseUs = at === "earliest" ? s(8) : s(8) - 1;
    const run = runLife(input, { ...given, phaseUs: () => phaseUs }, { events: true });
    const time = (ev: string): number =>
      ((run.events.find((event) => event.ev === ev && event.t > s(100))?.t ?? 0) - s(100)) / 1e6;
    const flips = run.events.filter(({ ev }) => ev === "notReady").length;
    return { decision: time("killing"), exit: time("exited"), flips };
  };
  const near = (value: number, wanted: number): void =>
    assert.ok(Math.abs(value - wanted) < 1e-5, `${value}, not ${wanted}`);
  const [early, late] = [lived("earliest", null), lived("latest", null)];
  near(early.decision, 21);
  near(early.exit, 51);
  near(late.decision, 31);
  near(late.exit, 61);
  assert.deepEqual([early.flips, late.flips], [0, 0]);
  near(lived("earliest", 5).exit, 26);
  near(lived("latest", 5).exit, 36);
});

test("V30: a ConfigMap's file changes 60 to 90 s after the last sync", () => {
  const volumes = [
    { name: "config", source: { kind: "configMap", name: "config", optional: false } } as const,
  ];
  const mounts = [{ name: "config", mountPath: "/etc/app", subPath: null, readOnly: true }];
  const refreshed = (jitter: number) => {
    const of = pod({ readinessProbe: probe(), volumeMounts: mounts }, { volumes });
    // Readiness turns at the tick at 70, and with it the pod is looked at.
    const node = { ...lifeInput(workload(of)).node, requeueJitter: jitter };
    const service65 = service({ coldStart: takes(65) });
    const faults = [{ kind: "configEdit", at: s(100) }] as const;
    return live(of, { node, faults, service: service65, minor: 31, durationUs: s(300) }).times(
      "configRefreshed",
    );
  };
  assert.deepEqual(refreshed(1), [130]);
  assert.deepEqual(refreshed(1.5), [160]);
});

test("V34: the extra readiness attempt at the start moves the ticks from 1.32 on", () => {
  const readyAt = (minor: number) =>
    live(pod({ readinessProbe: probe() }), {
      minor,
      service: service({ coldStart: takes(7) }),
      durationUs: s(60),
    }).times("ready");
  assert.deepEqual([readyAt(36), readyAt(31)], [[12], [10]]);
});

test("V32: OnFailure ends well after a refused kill; Never ends with the first", () => {
  const ends = (restartPolicy: "OnFailure" | "Never", code: number) => {
    const { run } = live(pod({ livenessProbe: dpf(5, 10, 3) }, { restartPolicy }), {
      service: service({ coldStart: NEVER, onTerm: { kind: "exits", afterUs: 0, code } }),
      durationUs: s(400),
    });
    const starts = run.events.filter(({ ev }) => ev === "started").length;
    return run.events.flatMap((event) =>
      event.ev === "phaseChanged" && /Succeeded|Failed/.test(event.data.phase)
        ? [[event.t / 1e6, event.data.phase, starts] as const]
        : [],
    );
  };
  assert.deepEqual(ends("OnFailure", 0), [[150, "Succeeded", 5]]);
  assert.deepEqual(ends("Never", 0), [[30, "Succeeded", 1]]);
  assert.deepEqual(ends("Never", 143), [[30, "Failed", 1]]);
});
