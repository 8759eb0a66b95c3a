import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import { coldHotpod, hotpodReplicas } from "#lab/outage/hotpod-replicas.js";
import { rollOut } from "#lab/outage/roll-out.js";
import {
  countProbes,
  type Lived,
  type ProbeCount,
  phasesOf,
  stopFirstPods,
} from "#lab/outage/stop-first-pods.js";
import { slower } from "#lab/probe/slower.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";

/** As the claim has them; nominal seconds. */
const LIVENESS = { D: 5, P: 10, T: 2, F: 3 };
const LONGER = 6;
const OUTAGE = 3.8;
const COLD = 45;
const PODS = 10;
const PHASES = phasesOf(PODS, LIVENESS.P);
/** The age of the pods at the first save, and for how long they are watched after the last. */
const [SAVE_AT, AFTERWARDS] = [7, 11];

export const l304: Scenario = {
  id: "L304",
  chapter: 3,
  title: "A probe's timeout below the time of a swap",
  claim:
    "With a probe's timeout of 2 s below rebuild and swap of 3.8 s the probe fails, the pod is killed and a new one made, which fails likewise: an avalanche through the roll-out.",
  story: {
    before:
      "Ten pods whose probes (D 5, P 10, F 3) come at ten moments spread evenly, each with a reload tool that stops first and is back after 3.8 s: one save, with timeout 2 and 6, with the port closed and with the socket held open by the tool; one save with F 1; a save every 10 s; a cold build of 45 s at the start of each container; and a Deployment of three whose new pods build that long, with and without a readiness probe.",
    after:
      "Three replicas of hotpod, a save every 10 s, timeout 2 and F 1; and hotpod with the build of 45 s, with liveness alone and with a startup probe.",
  },
  correction:
    "One swap of 3.8 s fails one probe of a pod at most, in about four of ten pods, and kills none. The timeout plays no part: a closed port refuses at once; it counts only where something holds the socket open. It does kill with F 1, with saves in step with the probe's period, and with a cold build longer than D + (F − 1) × P at the start. The container is then started again in the same pod; no pod is made. A Deployment stops at its first new pod if that has a readiness probe. Without one the new pod counts as ready at once, and the roll-out does replace every pod that served.",
  advice: [
    "Keep F × P well above every swap, and never take F 1 for liveness.",
    "Do not raise timeoutSeconds for closed ports: it changes nothing.",
    "Let nothing build at a container's start without a startup probe, and let no pod be without a readiness probe.",
    "Ask a supervisor that outlives the swap, such as hotpod's /livez.",
  ],
  rules: ["HP106", "HP201", "HP203", "HP210", "HP1005"],
  settings: ["probes.listen", "ready.timeout"],
  needs: ["linux", "go"],
  budgetSeconds: 60,
  timed: true,
  tags: ["probes", "start"],
  measures: {
    pods: { about: "pods, each with its own phase of the probe", unit: "pods" },
    window: { about: "nominal time without a service, by save and pod", unit: "s" },
    failed: { about: "pods with a probe that failed by a swap, timeout 2", unit: "pods" },
    failedLonger: { about: "pods with a probe that failed by a swap, timeout 6", unit: "pods" },
    most: { about: "probes of a pod that failed by a swap, at most", unit: "probes" },
    late: { about: "probes that a busy machine answered too late", unit: "probes" },
    contrary: {
      about: "probes whose fate contradicts the arithmetic, by their own pod's outage",
      unit: "probes",
    },
    killed: { about: "pods whose container was killed", unit: "pods" },
    age: { about: "age of a container at its kill", unit: "s" },
    restarts: { about: "containers started again in the same pod", unit: "containers" },
    up: { about: "pods whose service came to answer", unit: "pods" },
    created: { about: "new pods that the Deployment made", unit: "pods" },
    replaced: { about: "old pods that the Deployment deleted", unit: "pods" },
    serving: { about: "pods that answer a client at the end", unit: "pods" },
    updates: { about: "updates that came to serve", unit: "updates" },
    probes: { about: "probes asked", unit: "probes" },
    passes: { about: "liveness probes that passed during the first build", unit: "probes" },
    version: { about: "what clients of the three replicas are answered at the end", unit: "" },
  },
  arms: [
    oneSave("one-save", "one save, port closed", "own", [
      predict("most", below(3), "the next probe comes when the service is back"),
      ...someOf("failed", "the probe falls into 3.8 of 10 s"),
      ...someOf("failedLonger", "a closed port refuses at once, however long one would wait"),
    ]),
    oneSave("held-socket", "one save, socket held open", "held", [
      predict("failed", atLeast(1), "within 2 s nobody answers those who come early"),
      predict("failed", below(PODS), "those who come late are answered in time"),
      predict("failedLonger", equals(0), "6 s is longer than the swap"),
    ]),
    killing("one-save-f1", "one save, F 1", 1, [SAVE_AT]),
    killing("every-10-s", "a save every 10 s, for a minute", 3, [0, 1, 2, 3, 4, 5].map(tenLater)),
    coldArm(),
    rollOutArm("roll-out", "a Deployment of three, readiness probe", { P: 5, F: 3 }, [
      predict("created", equals(1), "the controller waits for the new pod to be ready"),
      predict("replaced", equals(0), "and so it deletes no old one"),
      predict("restarts", atLeast(1), "though the new one is killed again and again"),
      predict("serving", equals(3), "clients notice nothing"),
    ]),
    rollOutArm("roll-out-blind", "a Deployment of three, no readiness probe", null, [
      predict("created", equals(3), "without a readiness probe a pod is ready once it runs"),
      predict("replaced", equals(3), "so the controller goes on"),
      predict("serving", equals(0), "until nothing serves: this is the avalanche"),
    ]),
    hotpodReplicas(LIVENESS, PHASES),
    coldHotpod(LIVENESS, COLD),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("one-save.killed", equals(0), "one swap kills nothing"),
        predict("every-10-s.killed", above(0), "swaps in step with the probe do"),
        predict("roll-out.replaced", equals(0), "and a roll-out stops there"),
      ],
    },
    { verdict: "confirmed", when: [predict("one-save.killed", above(0), "one swap kills")] },
    { verdict: "refuted", when: [predict("every-10-s.killed", equals(0), "nothing kills")] },
  ],
  headline: {
    before: "every-10-s.killed",
    after: "hotpod.killed",
    about: "of 10 pods killed at a save every 10 s",
  },
  byHand: `# a port that is closed for 3.8 s, asked every 10 s with a timeout of 2 and of 6
while :; do timeout 300 python3 -m http.server 8080 & sleep 10; kill $!; sleep 3.8; done &
while :; do for t in 2 6; do curl -fsS -m $t -o /dev/null -w '%{time_total} s\\n' http://127.0.0.1:8080/ || echo FAIL; done; sleep 10; done`,
};

function someOf(measure: string, because: string): Arm["predictions"] {
  return [
    predict(measure, atLeast(2), because),
    predict(measure, below(PODS), "and not into the rest"),
  ];
}

function tenLater(index: number): number {
  return SAVE_AT + index * LIVENESS.P;
}

function oneSave(
  name: string,
  label: string,
  socket: "own" | "held",
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("pods", equals(2 * PODS), "every phase was tried, with both timeouts"),
      predict("contrary", equals(0), "a probe fails if the port is closed, or nobody answers in T"),
      predict("killed", equals(0), "one failure is not three"),
      ...predictions,
    ],
    async run(bench, record) {
      // Where answers are waited for, what the processes themselves take must not count.
      const slow = slower(bench, socket === "held" ? 2.5 : 1.5);
      const pods = [LIVENESS.T, LONGER].flatMap((T) =>
        PHASES.map((phase) => ({ phase, liveness: { ...LIVENESS, T } })),
      );
      const asked = { pods, socket, outage: OUTAGE, cold: 0, saves: [SAVE_AT], exactTimeout: true };
      const lived = await stopFirstPods(slow, record, { ...asked, until: SAVE_AT + AFTERWARDS });
      const counts = writeSwaps(record, lived, socket === "held");
      const failed = (T: number): number =>
        lived.filter(({ liveness }, index) => liveness.T === T && (counts[index]?.failed ?? 0) > 0)
          .length;
      record.count("most", Math.max(...counts.map((one) => one.failed)));
      record.count("failed", failed(LIVENESS.T), PODS);
      record.count("failedLonger", failed(LONGER), PODS);
    },
  };
}

function killing(name: string, label: string, F: number, saves: readonly number[]): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("pods", equals(PODS), "every phase was tried"),
      predict("contrary", equals(0), "a probe fails if the port is closed"),
      predict("killed", atLeast(2), "where the probe meets the window, it meets it each time"),
      predict("killed", below(PODS), "the other pods notice nothing"),
    ],
    async run(bench, record) {
      const pods = PHASES.map((phase) => ({ phase, liveness: { ...LIVENESS, F } }));
      const until = Math.max(...saves) + AFTERWARDS;
      const asked = { pods, socket: "own", outage: OUTAGE, cold: 0, saves, until } as const;
      const slow = slower(bench, 1.5);
      const lived = await stopFirstPods(slow, record, { ...asked, exactTimeout: false });
      writeSwaps(record, lived, false);
    },
  };
}

function coldArm(): Arm {
  return {
    ...{ name: "cold", side: "before", label: "a build of 45 s at each start", needs: [] },
    predictions: [
      predict("up", equals(0), "the build is longer than D + F × P"),
      predict("killed", equals(5), "whatever the phase"),
      predict("restarts", atLeast(10), "and again, for what starts anew builds anew"),
      predict("age", atLeast(24), "the third tick is D + 2 P or later, by whole seconds"),
      predict("age", below(41), "and before D + 3 P, with a moment for the kill"),
    ],
    async run(bench, record) {
      const pods = phasesOf(5, LIVENESS.P).map((phase) => ({ phase, liveness: LIVENESS }));
      const asked = { pods, socket: "own", outage: OUTAGE, cold: COLD, saves: [] } as const;
      const watched = { ...asked, until: 80, exactTimeout: false };
      const lived = await stopFirstPods(bench, record, watched);
      writePods(record, lived);
      record.spread("age", lived.flatMap(killAges));
      const starts = lived.reduce((sum, { log }) => sum + log.count("started"), 0);
      record.count("restarts", starts - lived.length);
      const up = lived.filter(({ log }) => log.count("liveness success") > 0);
      record.count("up", up.length, lived.length);
    },
  };
}

function rollOutArm(
  name: string,
  label: string,
  readiness: { readonly P: number; readonly F: number } | null,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label: `${label}; new pods build 45 s`, needs: [], predictions },
    async run(bench, record) {
      const asked = { replicas: 3, cold: COLD, liveness: LIVENESS, readiness, until: 42 };
      const end = await rollOut(bench, record, asked);
      record.count("created", end.created);
      record.count("replaced", end.replaced);
      record.count("restarts", end.restarts);
      record.count("serving", end.serving);
    },
  };
}

function killAges({ log }: Lived): readonly number[] {
  let startedAt = 0;
  return log.lines.flatMap(({ what, at }) => {
    if (what === "started") startedAt = at;
    return what === "Killing" ? [at - startedAt] : [];
  });
}

function writePods(record: Recorder, lived: readonly Lived[]): void {
  record.count("pods", lived.length);
  const killed = lived.filter(({ log }) => log.count("Killing") > 0);
  record.count("killed", killed.length, lived.length);
}

function writeSwaps(
  record: Recorder,
  lived: readonly Lived[],
  held: boolean,
): readonly ProbeCount[] {
  writePods(record, lived);
  const windows = lived.flatMap(({ outages }) =>
    outages.map(({ stopped, open }) => open - stopped).filter(Number.isFinite),
  );
  record.spread("window", windows);
  const counts = lived.map((one) => countProbes(one, held));
  const sum = (key: keyof ProbeCount): number => counts.reduce((total, one) => total + one[key], 0);
  record.count("contrary", sum("contrary"), sum("asked"));
  record.count("late", sum("late"), sum("asked"));
  return counts;
}
