import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import {
  deletedArm,
  GRACE_SECONDS,
  hotpodStopped,
  LONGS,
  PRE_STOP_SECONDS,
} from "./signals/stop-arms.js";

/** Of a second in which a hundred new connections a second find nobody. */
const MANY = 10;

export const l206: Scenario = {
  id: "L206",
  chapter: 2,
  title: "A pod is stopped while clients ask",
  claim:
    "Without handling of SIGTERM connections are not closed in order, and transactions break off when a pod is stopped.",
  story: {
    before:
      "Ten clients with kept connections, a hundred new connections a second and two requests of 2 s meet a pod that is deleted, with a grace of 6 s; for 1 s more clients come, as endpoints take their time to forget a pod. The service is in Go and in Node without a handler, in Node as PID 1, and in Go with a handler that calls http.Server.Shutdown at once.",
    after:
      "The same with a preStop hook of 3 s before the handler; then the services without a handler under hotpod with shutdown.delay of 3 s.",
  },
  correction:
    "A handler alone is not enough: it answers what is under way, but who comes after it, sent by endpoints that still name the pod, is refused. The service has to serve on until they have forgotten it, by a preStop hook or by hotpod's shutdown.delay. And Node as PID 1 without a handler does the contrary of breaking off: it serves on until SIGKILL, uses up the whole grace, and cuts what is under way then.",
  advice: [
    "Serve on for some seconds after the deletion (preStop sleep, or shutdown.delay), then drain.",
    "Exit code 137 after a normal deletion: nobody has handled SIGTERM.",
  ],
  rules: ["HP404", "HP405", "HP407"],
  settings: ["shutdown.delay", "grace", "drain.timeout"],
  needs: ["linux"],
  budgetSeconds: 30,
  timed: false,
  tags: ["signals", "stop", "traffic"],
  measures: {
    requests: { about: "requests of the clients", unit: "requests" },
    failed: { about: "requests that failed", unit: "requests" },
    refused: { about: "connections refused", unit: "connections" },
    reasons: { about: "how they failed", unit: "" },
    lost: { about: "requests of 2 s that were cut", unit: "requests" },
    code: { about: "exit code", unit: "" },
    took: { about: "from the deletion to the end", unit: "s" },
  },
  arms: [
    deletedArm(
      { name: "go", side: "before", label: "Go without a handler", runtime: "go" },
      endsAtOnce(),
    ),
    deletedArm(
      { name: "node", side: "before", label: "Node without a handler", runtime: "node" },
      endsAtOnce(),
    ),
    deletedArm(
      {
        name: "node-pid1",
        side: "before",
        label: "Node without a handler, PID 1",
        runtime: "node",
        pid1: true,
      },
      [
        predict("failed", equals(0), "the signal is dropped, and it serves on"),
        predict("lost", equals(0), "what is under way has its time"),
        predict("took", atLeast(GRACE_SECONDS - 0.5), "the whole grace is used up"),
        predict("code", equals(137), "and only SIGKILL ends it"),
      ],
    ),
    deletedArm(
      {
        name: "go-handler",
        side: "before",
        label: "Go with Shutdown at SIGTERM",
        runtime: "go",
        handles: true,
      },
      [
        predict("lost", equals(0), "Shutdown waits for what is under way"),
        predict("refused", atLeast(MANY), "and closes the port while clients still come"),
        predict("code", equals(0), "it ends by itself"),
      ],
    ),
    deletedArm(
      {
        ...{ name: "pre-stop", side: "after", runtime: "go", handles: true, preStop: true },
        label: `Go with Shutdown, preStop of ${PRE_STOP_SECONDS} s`,
      },
      [
        predict("failed", equals(0), "the hook outlasts the last client"),
        predict("lost", equals(0), "and Shutdown what is under way"),
        predict("code", equals(0), "it ends by itself"),
      ],
    ),
    hotpodStopped("go"),
    hotpodStopped("node"),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("go.lost", above(0), "what is under way breaks off"),
        predict("go-handler.refused", above(0), "but a handler alone does not keep all clients"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("go.lost", above(0), "what is under way breaks off"),
        predict("go-handler.refused", equals(0), "and a handler mends it"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("go.lost", equals(0), "nothing breaks off")],
    },
  ],
  headline: { before: "go.failed", after: "hotpod-go.failed", about: "failed requests" },
  byHand: `# a service without a handler, stopped in the middle of a request
mkdir -p /tmp/l206 && cd /tmp/l206
echo 'require("http").createServer((q, r) => setTimeout(() => r.end("ok\\n"), 2000)).listen(8080)' > app.js
node app.js & app=$!; sleep 1; curl -sS http://127.0.0.1:8080/ & sleep 1; kill -TERM $app; sleep 2   # empty reply
# the same under hotpod: ok
hotpod run --listen :8080 --recipe none -- node app.js & app=$!; sleep 2
curl -sS http://127.0.0.1:8080/ & sleep 1; kill -TERM $app; wait $app`,
};

function endsAtOnce(): Arm["predictions"] {
  return [
    predict("lost", equals(LONGS), "SIGTERM ends it in the midst of what is under way"),
    predict("refused", atLeast(MANY), "and clients still come, for a second"),
    predict("code", equals(143), "the default action's end"),
    predict("took", below(GRACE_SECONDS), "long before the grace is over"),
  ];
}
