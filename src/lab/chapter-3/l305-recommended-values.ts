import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import { livezInBuild } from "#lab/outage/livez-in-build.js";
import {
  countProbes,
  type Lived,
  type ProbeCount,
  phasesOf,
  stopFirstPods,
} from "#lab/outage/stop-first-pods.js";
import type { ProbeLetters } from "#lab/probe/lab-pod.js";
import { slower } from "#lab/probe/slower.js";
import type { Arm, Scenario } from "#lab/scenario.js";

/** Nominal seconds. */
const LIVENESS = { D: 5, P: 10, T: 2, F: 3 };
const [LATER, LONGER] = [15, 6];
const PODS = 10;
const PHASES = phasesOf(PODS, LIVENESS.P);
/** The age of the pods at the save, and how long they are watched after the outage. */
const [SAVE_AT, AFTERWARDS] = [6, 5];

export const l305: Scenario = {
  id: "L305",
  chapter: 3,
  title: "Recommended values for a liveness probe",
  claim:
    "A timeout of at least 6 s, an initial delay of at least 15 s and a failure threshold of at most 2 are the safer values.",
  story: {
    before:
      "Pods whose probes (P 10) come at ten moments spread evenly, each with a reload tool that stops first. A cold start of 12 s, with delay 5 and 15. One outage of 3.8, 12 and 26 s with the port closed, each with threshold 1, 2 and 3. One of 3.8 s with threshold 1 and timeout 2 and 6: with the port closed, and with the socket held open so that nobody answers.",
    after:
      "hotpod with a build of 26 s; its /livez is asked with the strictest of these values: timeout 2, and threshold 1, 2 and 3.",
  },
  correction:
    "A lower threshold kills sooner, never later: an outage of 12 s kills nobody with threshold 3, about every fifth pod with 2, and all with 1. The timeout counts only where a connection is accepted and nobody answers: a closed port refuses at once, whatever the timeout. The delay helps at the start of a container and at no reload; for a start of 12 s it saves a failed probe, but nothing was killed without it. What decides is (F − 1) × P, which has to be longer than the longest outage.",
  advice: [
    "Choose F and P so that (F − 1) × P is longer than the longest outage, or have no outage.",
    "Cover slow starts by a startup probe, not by the delay of liveness.",
    "Set the timeout by how long a healthy answer takes: hotpod simulate recommend tells the values.",
  ],
  rules: ["HP201", "HP203", "HP206", "HP210"],
  settings: ["probes.listen"],
  needs: ["linux", "go"],
  budgetSeconds: 35,
  timed: true,
  tags: ["probes", "start"],
  measures: {
    pods: { about: "pods, each with its own phase of the probe", unit: "pods" },
    window: { about: "nominal time without a service, where it came back", unit: "s" },
    contrary: {
      about: "probes whose fate contradicts the arithmetic, by their own pod's outage",
      unit: "probes",
    },
    late: { about: "probes that a busy machine answered too late", unit: "probes" },
    failed: { about: "pods with a failed probe, delay 5", unit: "pods" },
    failedLater: { about: "pods with a failed probe, delay 15", unit: "pods" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    killedF1: { about: "pods killed with threshold 1", unit: "pods" },
    killedF2: { about: "pods killed with threshold 2", unit: "pods" },
    killedF3: { about: "pods killed with threshold 3", unit: "pods" },
    killedLonger: { about: "pods killed with threshold 1 and timeout 6", unit: "pods" },
    probes: { about: "probes asked while hotpod built", unit: "probes" },
    failures: { about: "probes that failed", unit: "probes" },
    version: { about: "what a client is answered at the end", unit: "" },
  },
  arms: [
    startArm(),
    outage("outage-4", 3.8, 1.5, [
      ...someOf("killedF1", "the probe falls into 3.8 of 10 s"),
      predict("killedF2", equals(0), "one failure is not two"),
      predict("killedF3", equals(0), "nor three"),
    ]),
    outage("outage-12", 12, 2.5, [
      predict("killedF1", equals(PODS), "one probe or two fall into 12 s"),
      predict("killedF2", atLeast(1), "two do in a fifth of the phases"),
      predict("killedF2", below(PODS), "and one in the others"),
      predict("killedF3", equals(0), "three never do"),
    ]),
    outage("outage-26", 26, 1.2, [
      predict("killedF1", equals(PODS), "two probes or three fall into 26 s"),
      predict("killedF2", equals(PODS), "so two always do"),
      ...someOf("killedF3", "three do in six tenths of the phases"),
    ]),
    timeouts("timeout-closed", "port closed", "own", [
      ...someOf("killedF1", "the probe falls into 3.8 of 10 s"),
      ...someOf("killedLonger", "refused at once, however long one would wait"),
    ]),
    timeouts("timeout-held", "socket held open", "held", [
      predict("killedF1", atLeast(1), "within 2 s nobody answers those who come early"),
      predict("killedF1", below(PODS), "those who come late are answered in time"),
      predict("killedLonger", equals(0), "6 s is longer than the outage"),
    ]),
    livezInBuild(LIVENESS),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict(
          "outage-12.killedF2",
          above({ measure: "outage-12.killedF3" }),
          "the lower threshold kills more",
        ),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict(
          "outage-12.killedF2",
          below({ measure: "outage-12.killedF3" }),
          "the lower threshold kills fewer",
        ),
      ],
    },
  ],
  headline: {
    before: "outage-12.killedF2",
    after: "hotpod.killed",
    about: "pods killed with threshold 2",
  },
  byHand: `# how many probes in a row fail in an outage of 12 s, asked every 10 s: threshold 2 kills where it says 2
( timeout 60 python3 -m http.server 8080; sleep 12; exec python3 -m http.server 8080 ) &
n=0; while :; do curl -fsS -m 6 -o /dev/null http://127.0.0.1:8080/ && n=0 || echo "FAIL $((n += 1))"; sleep 10; done`,
};

function someOf(measure: string, because: string): Arm["predictions"] {
  return [
    predict(measure, atLeast(2), because),
    predict(measure, below(PODS), "and not into the rest"),
  ];
}

function startArm(): Arm {
  return {
    ...{ name: "start", side: "before", label: "a cold start of 12 s, delay 5 and 15", needs: [] },
    predictions: [
      predict("pods", equals(2 * PODS), "every phase was tried, with both delays"),
      predict("contrary", equals(0), "a probe fails before the service listens, and then no more"),
      ...someOf("failed", "the first probe may come before the service listens"),
      predict("failedLater", equals(0), "15 s is longer than the start"),
      predict("killed", equals(0), "one failure is not three: the delay was not needed"),
    ],
    async run(bench, record) {
      const pods = [LIVENESS.D, LATER].flatMap((D) => podsOf({ D }));
      const asked = { pods, socket: "own", outage: 12, cold: 11.5, saves: [] } as const;
      const watched = { ...asked, until: 27, exactTimeout: false };
      const lived = await stopFirstPods(slower(bench, 2), record, watched);
      writePods(record, lived, false);
      const failed = (D: number): number =>
        lived.filter((one) => one.liveness.D === D && countProbes(one, false).failed > 0).length;
      record.count("failed", failed(LIVENESS.D), PODS);
      record.count("failedLater", failed(LATER), PODS);
      record.count("killed", lived.filter(isKilled).length, lived.length);
    },
  };
}

function outage(
  name: string,
  seconds: number,
  times: number,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label: `port closed for ${seconds} s`, needs: [] },
    predictions: [
      predict("pods", equals(3 * PODS), "every phase was tried, with every threshold"),
      predict("contrary", equals(0), "a probe fails if the port is closed"),
      ...predictions,
    ],
    async run(bench, record) {
      const pods = [1, 2, 3].flatMap((F) => podsOf({ F }));
      const until = SAVE_AT + seconds + AFTERWARDS;
      const asked = { pods, socket: "own", outage: seconds, cold: 0, until } as const;
      const watched = { ...asked, saves: [SAVE_AT], exactTimeout: false };
      const lived = await stopFirstPods(slower(bench, times), record, watched);
      writePods(record, lived, false);
      for (const F of [1, 2, 3]) {
        const own = lived.filter(({ liveness }) => liveness.F === F);
        record.count(`killedF${F}`, own.filter(isKilled).length, own.length);
      }
    },
  };
}

function timeouts(
  name: string,
  label: string,
  socket: "own" | "held",
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label: `timeout 2 and 6, ${label} for 3.8 s`, needs: [] },
    predictions: [
      predict("pods", equals(2 * PODS), "every phase was tried, with both timeouts"),
      predict("contrary", equals(0), "a probe fails if the port is closed, or nobody answers in T"),
      ...predictions,
    ],
    async run(bench, record) {
      const pods = [LIVENESS.T, LONGER].flatMap((T) => podsOf({ F: 1, T }));
      const until = SAVE_AT + 3.8 + AFTERWARDS;
      const asked = { pods, socket, outage: 3.8, cold: 0, saves: [SAVE_AT], until };
      // Where answers are waited for, what the processes themselves take must not count.
      const slow = slower(bench, socket === "held" ? 2.5 : 1.5);
      const lived = await stopFirstPods(slow, record, { ...asked, exactTimeout: true });
      writePods(record, lived, socket === "held");
      const killed = (T: number): number =>
        lived.filter((one) => one.liveness.T === T && isKilled(one)).length;
      record.count("killedF1", killed(LIVENESS.T), PODS);
      record.count("killedLonger", killed(LONGER), PODS);
    },
  };
}

function podsOf(letters: ProbeLetters): readonly { phase: number; liveness: ProbeLetters }[] {
  return PHASES.map((phase) => ({ phase, liveness: { ...LIVENESS, ...letters } }));
}

const isKilled = ({ log }: Lived): boolean => log.count("Killing") > 0;

function writePods(
  record: Parameters<Arm["run"]>[1],
  lived: readonly Lived[],
  held: boolean,
): void {
  record.count("pods", lived.length);
  const windows = lived.flatMap(({ outages }) =>
    outages.map(({ stopped, open }) => open - stopped).filter(Number.isFinite),
  );
  record.spread("window", windows);
  const counts = lived.map((one) => countProbes(one, held));
  const sum = (key: keyof ProbeCount): number => counts.reduce((total, one) => total + one[key], 0);
  record.count("contrary", sum("contrary"), sum("asked"));
  record.count("late", sum("late"), sum("asked"));
}
