import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import { keepOrHold } from "#lab/outage/keep-or-hold.js";
import { type Reload, reloads } from "#lab/outage/reloads-behind-service.js";
import type { Arm, Scenario } from "#lab/scenario.js";

/** As the claim has them; nominal seconds. */
const READINESS = { P: 5, SU: 2 };
const PODS = 10;

export const l402: Scenario = {
  id: "L402",
  chapter: 4,
  title: "Readiness says 503 during a reload",
  claim: "Answer 503 on the readiness path while reloading, so that no traffic enters.",
  story: {
    before:
      "A reload tool that stops first and is back after 3.8 s answers readiness with 503 meanwhile, in ten pods whose probes (P 5, success threshold 2) come at ten moments spread evenly. Clients of a Service ask all the time, each request on a connection of its own, to a pod that is ready as nodes know it 1 s later: with F 3 and F 1, with the pod alone and beside two others.",
    after:
      "hotpod, whose build takes 8 s: with readiness: keep (the default) and the pod alone; with readiness: hold (503 until the next success) beside two other pods; and with hold and the pod alone.",
  },
  correction:
    "It keeps next to nothing away. With F 3 the reload is over before readiness has changed: every request that goes to the pod fails. With F 1 about a quarter of the pods are not even asked in time, and where one is, traffic still comes until the next probe and until the nodes know: some four fifths of the errors remain. A pod that is alone fails for longer than without the probe, because after the reload it has to pass twice before it gets traffic again. What helps is a process that serves meanwhile, and readiness that says so.",
  advice: [
    "Let the old version serve until the new one is ready; then readiness need not change.",
    "Never take a pod that is alone out of its Service while it serves: readiness: hold is for several replicas.",
    "Do not take readiness for a switch: it acts a period and some seconds later.",
  ],
  rules: ["HP204", "HP205", "HP906", "HP1005"],
  settings: ["readiness"],
  needs: ["linux", "go"],
  budgetSeconds: 30,
  timed: true,
  tags: ["traffic", "probes"],
  measures: {
    pods: { about: "pods, each with its own phase of the probe", unit: "pods" },
    window: { about: "nominal time for which the port was closed", unit: "s" },
    flips: { about: "pods that were taken out of the Service", unit: "pods" },
    requests: { about: "requests of the clients", unit: "requests" },
    failed: { about: "requests that failed", unit: "requests" },
    share: {
      about: "failed requests, beside those that came to the pod while its port was closed (100 %)",
      unit: "%",
    },
    away: { about: "nominal time out of the Service, where a pod was", unit: "s" },
    told: { about: "what readiness said during the update", unit: "" },
    version: { about: "what a client is answered at the end", unit: "" },
  },
  arms: [
    reload("f3-alone", "F 3, the pod alone", { F: 3, others: 0 }, [
      predict("flips", equals(0), "three failures take longer than the reload"),
      predict("share", above(75), "so whoever comes meanwhile fails"),
    ]),
    reload("f3-beside", "F 3, beside two others", { F: 3, others: 2 }, [
      predict("flips", equals(0), "three failures take longer than the reload"),
      predict("share", above(60), "other pods help nobody who is not sent there"),
    ]),
    reload("f1-beside", "F 1, beside two others", { F: 1, others: 2 }, [
      predict("flips", atLeast(2), "the probe falls into 3.8 of 5 s"),
      predict("share", above(40), "until the probe, and until the nodes know, requests come"),
      predict("failed", above(0), "somebody pays"),
    ]),
    reload("f1-alone", "F 1, the pod alone", { F: 1, others: 0 }, [
      predict("flips", atLeast(2), "the probe falls into 3.8 of 5 s"),
      predict("share", above(110), "it fails on until it has passed twice and the nodes know"),
      predict("away", above(5), "two successes are a period apart"),
    ]),
    keepOrHold("hotpod-keep", { readiness: "keep", others: 0 }, [
      predict("flips", equals(0), "a ready version serves, and readiness says so"),
      predict("failed", equals(0), "so the only pod loses nothing"),
      predict("told", equals("200 ready"), "this is the default"),
    ]),
    keepOrHold("hotpod-hold", { readiness: "hold", others: 2 }, [
      predict("flips", equals(1), "as asked for, until the next version is ready"),
      predict("failed", equals(0), "the old one answers whoever still comes"),
      predict("told", equals("503 reloading"), "as asked for"),
    ]),
    keepOrHold("hotpod-hold-alone", { readiness: "hold", others: 0 }, [
      predict("flips", equals(1), "as asked for"),
      predict("failed", above(0), "there is no other pod, though this one would answer"),
    ]),
  ],
  predictions: [
    predict(
      "f1-alone.failed",
      above({ measure: "f3-alone.failed" }),
      "a pod that is alone is better off with a slow readiness probe",
    ),
  ],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("f3-alone.flips", equals(0), "readiness does not even change"),
        predict("f1-beside.share", above(30), "or too late for many"),
        predict("hotpod-keep.failed", equals(0), "while nobody has to fail"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("f1-beside.share", below(10), "it keeps traffic away")],
    },
  ],
  headline: { before: "f3-alone.failed", after: "hotpod-keep.failed", about: "failed requests" },
  byHand: `# in a cluster: one pod whose readiness asks for a page, which is taken away for as long as a reload takes
kubectl create deployment web --image=nginx && kubectl expose deployment web --port=80
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx",
  "lifecycle":{"postStart":{"exec":{"command":["touch","/usr/share/nginx/html/ready"]}}},
  "readinessProbe":{"httpGet":{"path":"/ready","port":80},"periodSeconds":5,"failureThreshold":1,"successThreshold":2}}]}}}}'
kubectl rollout status deployment web
kubectl run clients --image=curlimages/curl -- sh -c \
  'while :; do curl -fsS -m 1 -o /dev/null http://web/ || echo "$(date +%T) FAILED"; sleep 0.1; done'
kubectl exec deploy/web -- sh -c 'cd /usr/share/nginx/html; mv ready away; sleep 3.8; mv away ready'
kubectl logs -f clients      # nothing, or FAILED for ten seconds, though the server answers all the time`,
};

function reload(
  name: string,
  label: string,
  asked: Pick<Reload, "others"> & { readonly F: number },
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label: `503 while it reloads, ${label}`, needs: [] },
    predictions: [predict("pods", equals(PODS), "every phase was tried"), ...predictions],
    async run(bench, record) {
      const { others, F } = asked;
      const ends = await reloads(bench, record, {
        ...{ pods: PODS, others, readiness: { ...READINESS, F }, outage: 3.8 },
        // The reload; where a pod is taken out, two successes and the nodes' delay as well.
        afterwards: F === 1 ? 19 : 7,
      });
      const sum = (of: (end: (typeof ends)[number]) => number): number =>
        ends.reduce((total, end) => total + of(end), 0);
      record.count("pods", ends.length);
      record.spread(
        "window",
        ends.map(({ windowSeconds }) => windowSeconds),
      );
      record.count("flips", ends.filter(({ flipped }) => flipped).length, ends.length);
      record.count(
        "requests",
        sum(({ requests }) => requests),
      );
      record.count(
        "failed",
        sum(({ failed }) => failed),
        sum(({ requests }) => requests),
      );
      const share = sum(({ failed }) => failed) / sum(({ exposed }) => exposed);
      record.count("share", Math.round(100 * share));
      record.spread(
        "away",
        ends.flatMap(({ awaySeconds }) => awaySeconds ?? []),
      );
    },
  };
}
