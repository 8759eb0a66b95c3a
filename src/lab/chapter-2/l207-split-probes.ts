import { above, atLeast, atMost, below, equals, predict } from "#lab/judge/prediction.js";
import { countProbes, phasesOf, stopFirstPods } from "#lab/outage/stop-first-pods.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import { coldArm } from "./split/cold-arm.js";
import { hangArm } from "./split/hang-arm.js";
import { splitHotpod } from "./split/hotpod-arm.js";

/** As the claim has them, with Kubernetes' defaults; nominal seconds. */
const LIVENESS = { D: 30, P: 10, F: 3 };
/** Instead of the delay, for a cold start of 12 s with half of it to spare. */
const STARTUP = { P: 2, F: 10 };
const OUTAGE = 3.8;
const PODS = 10;
/** One reload within the delay, one after it, by the age of the container. */
const [EARLY, LATE] = [12, 60];
/** A little later than a probe of each pod that a reload can have hit. */
const AFTERWARDS = 16;
/** Where a probe's ticks come in the arms with one pod. */
const PHASE = 9;

export const l207: Scenario = {
  id: "L207",
  chapter: 2,
  title: "Readiness apart, and liveness with a delay of 30 s",
  claim:
    "Readiness (period 5, success 2) apart from liveness with a delay of 30 s keeps liveness out of the window in which the service starts or reloads.",
  story: {
    before:
      "Ten pods with these probes (liveness P 10, F 3) whose service begins to listen after 12 s; ten pods with a reload tool that stops first and is back after 3.8 s, saved to at an age of 12 s and of 60 s; a service that hangs at 40 s; and one that hangs at 16 s, with the delay and with a startup probe in its place.",
    after:
      "hotpod: liveness asks /livez without any delay, readiness /readyz, while an update comes and the service hangs (liveness.http).",
  },
  correction:
    "The delay protects the first 30 s of each container, and nothing else: a reload later meets liveness as before, and is borne only because one failure is not three. In its 30 s liveness is blind: a service that hangs right after its start is found later by as much. A startup probe protects the start as well, and ends when the service is up.",
  advice: [
    "Give slow starts a startup probe instead of a long initialDelaySeconds.",
    "Keep F × P of liveness well above every reload, or ask a supervisor that outlives it.",
    "successThreshold 2 is for readiness only; liveness has to have 1.",
  ],
  rules: ["HP106", "HP201", "HP203", "HP209"],
  settings: ["probes.listen", "liveness.http"],
  needs: ["linux", "go"],
  budgetSeconds: 50,
  timed: true,
  tags: ["probes", "start"],
  measures: {
    pods: { about: "pods, each with its own phase of the probe", unit: "pods" },
    failures: { about: "liveness probes that failed", unit: "probes" },
    asked: { about: "liveness probes that were asked", unit: "probes" },
    early: { about: "pods that were ready before their service listened", unit: "pods" },
    passed: {
      about: "readiness probes that a pod had passed when it became ready, at least",
      unit: "probes",
    },
    ready: { about: "pods that became ready", unit: "pods" },
    hit: { about: "pods of which the reload failed a liveness probe", unit: "pods" },
    contrary: {
      about: "probes whose fate contradicts the arithmetic, by their own pod's outage",
      unit: "probes",
    },
    killed: { about: "pods whose container was killed", unit: "pods" },
    found: { about: "nominal time from the hang to the kill", unit: "s" },
    bound: { about: "F × P + T, with T at least a real second", unit: "s" },
    updates: { about: "updates that came to serve", unit: "updates" },
    replaced: { about: "generations that hotpod replaced because they hung", unit: "generations" },
    version: { about: "what a client is answered at the end", unit: "" },
  },
  arms: [
    coldArm(LIVENESS, phasesOf(PODS, LIVENESS.P)),
    reloadArm("reload-early", EARLY, [predict("hit", equals(0), "within the delay nobody asks")]),
    reloadArm("reload-late", LATE, [
      predict("hit", atLeast(1), "the delay is over: probes fall into 3.8 of 10 s"),
    ]),
    hangArm(
      "hang",
      "the service hangs at 40 s",
      { liveness: LIVENESS, startup: null, at: 40, phase: PHASE },
      [
        predict("failures", equals(LIVENESS.F), "three probes without an answer"),
        predict(
          "found",
          atMost({ measure: "bound", plus: 20 }),
          "F × P + T, and a moment for the machine",
        ),
      ],
    ),
    hangArm(
      "early-delay",
      "it hangs at 16 s, delay of 30 s",
      { liveness: LIVENESS, startup: null, at: 16, phase: PHASE },
      [
        predict("failures", equals(LIVENESS.F), "three probes without an answer, from 30 s on"),
        predict("found", atLeast(14 + 2 * LIVENESS.P), "the delay's rest comes before them"),
      ],
    ),
    hangArm(
      "early-startup",
      "it hangs at 16 s, startup probe",
      { liveness: { ...LIVENESS, D: 0 }, startup: STARTUP, at: 16, phase: PHASE },
      [predict("failures", equals(LIVENESS.F), "three probes without an answer, at once")],
    ),
    splitHotpod(LIVENESS),
  ],
  predictions: [
    predict(
      "early-startup.found",
      below({ measure: "early-delay.found" }),
      "liveness begins as soon as the service is up",
    ),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("cold.failures", equals(0), "the start is protected"),
        predict("reload-late.hit", above(0), "a later reload is not"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("cold.failures", equals(0), "the start is protected"),
        predict("reload-late.hit", equals(0), "and so is a later reload"),
      ],
    },
    { verdict: "refuted", when: [predict("cold.failures", above(0), "not even the start is")] },
  ],
  headline: {
    before: "reload-late.hit",
    after: "hotpod.failures",
    about: "pods with a liveness probe failed by a reload",
  },
  byHand: `# in a cluster: hangs (SIGSTOP) right after its start, and is found only after the delay
kubectl run l207 --image=python:3-alpine --overrides='{"spec":{"containers":[{"name":"l207",
  "image":"python:3-alpine","command":["sh","-c","python -m http.server 8080 & sleep 5; kill -STOP $!; wait"],
  "livenessProbe":{"httpGet":{"path":"/","port":8080},"initialDelaySeconds":30,"periodSeconds":10}}]}}'
kubectl get pod l207 -w           # RESTARTS after 50 s and more; with initialDelaySeconds 0 half of that`,
};

function reloadArm(name: string, age: number, predictions: Arm["predictions"]): Arm {
  return {
    ...{ name, side: "before", label: `a reload of ${OUTAGE} s at an age of ${age} s`, needs: [] },
    predictions: [
      predict("pods", equals(PODS), "every phase was tried"),
      ...predictions,
      predict("contrary", equals(0), "each probe fails exactly if it meets the closed port"),
      predict("killed", equals(0), "one failure is not three"),
    ],
    async run(bench, record) {
      const lived = await stopFirstPods(bench, record, {
        pods: phasesOf(PODS, LIVENESS.P).map((phase) => ({
          phase,
          liveness: LIVENESS,
        })),
        ...{ outage: OUTAGE, socket: "own", cold: 0, saves: [age], until: age + AFTERWARDS },
        exactTimeout: false,
      });
      const counts = lived.map((one) => countProbes(one, false));
      record.count("pods", lived.length);
      record.count("hit", counts.filter(({ failed }) => failed > 0).length, lived.length);
      record.count(
        "contrary",
        counts.reduce((sum, { contrary }) => sum + contrary, 0),
        counts.reduce((sum, one) => sum + one.asked, 0),
      );
      record.count(
        "killed",
        lived.filter(({ log }) => log.count("Killing") > 0).length,
        lived.length,
      );
    },
  };
}
