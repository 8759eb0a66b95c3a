import { above, atLeast, atMost, below, equals, matches, predict } from "#lab/judge/prediction.js";
import { SDK_SERVICE } from "#lab/programs/listeners/sdk-service.js";
import type { Scenario } from "#lab/scenario.js";
import { handover, hotpodCrash, hotpodSaves, UPDATES } from "./upgrade/handover-arms.js";
import { CLIENTS } from "./upgrade/self-upgrade.js";
import { again, asPid1, failing, lameDuck, ordinary } from "./upgrade/self-upgrade-arms.js";

export const l406: Scenario = {
  id: "L406",
  chapter: 4,
  title: "SIGUSR2: hand the socket to a new process and end the old one",
  claim:
    "On SIGUSR2 the service duplicates its listening socket, starts a new process with it and ends by Shutdown: a smooth restart.",
  story: {
    before:
      "A Go service that does exactly that, under 20 kept connections and 50 new ones a second: fifty upgrades; ten that answer for two more seconds before Shutdown; one as PID 1 of a container; one whose duplicate closes on exec; one whose new process ends at its start, with Shutdown at once and with Shutdown only when the new process serves; and a second SIGUSR2 while the first upgrade drains.",
    after:
      "hotpod under the same clients, six updates with each hand-over: inherit (a service with the Go SDK), transparent (an unmodified service that binds its port), proxy and restart. Then a version that ends at its start, and eight saves in a second.",
  },
  correction:
    "The socket passes on without one refused connection. But Shutdown closes kept connections on which the next request is under way, unless the service goes on answering for longer than its clients pause. As PID 1 it cannot work: the kernel kills the new process with the old one, and the container restarts. The duplicate must not close on exec. And Shutdown has to wait until the new process serves, or a version that does not start is an outage. A supervisor that stays PID 1, holds the socket and asks the new version first does all of that.",
  advice: [
    "Let a supervisor be PID 1 and hold the socket; the service only takes it.",
    "End the old process only when the new one has said that it serves.",
    "Answer on kept connections for longer than clients pause, with Connection: close; or let them move (the Go SDK under hotpod).",
  ],
  rules: ["HP403", "HP412", "HP801"],
  settings: ["handover", "ready.timeout", "linger", "drain.timeout", "maxDraining"],
  needs: ["linux", "go"],
  budgetSeconds: 50,
  timed: false,
  tags: ["sockets", "traffic"],
  measures: {
    upgrades: { about: "upgrades that were seen to their end", unit: "upgrades" },
    requests: { about: "requests of the clients", unit: "requests" },
    failed: { about: "requests that failed", unit: "requests" },
    refused: { about: "requests that failed: nobody listened", unit: "requests" },
    broken: {
      about: "requests that failed: the connection ended before the answer did",
      unit: "requests",
    },
    other: {
      about: "requests that failed otherwise: late, or with another status",
      unit: "requests",
    },
    reasons: { about: "how they failed", unit: "" },
    ended: { about: "kept connections that the service ended", unit: "connections" },
    gap: { about: "longest time without any answer", unit: "ms" },
    answer: { about: "who answers a new client at the end", unit: "" },
    words: { about: "what the new process says", unit: "" },
    code: { about: "exit code of the container", unit: "" },
    restarts: { about: "restarts of the container", unit: "restarts" },
    processes: { about: "new processes that have the socket", unit: "processes" },
    swap: { about: "from the start of the new process until it gets the clients", unit: "ms" },
    switch: { about: "of that, from ready until it gets them", unit: "ms" },
    quarantined: { about: "contents put into quarantine", unit: "contents" },
    builds: { about: "builds that ran at once, at most", unit: "builds" },
    generations: { about: "generations that had not ended, at most", unit: "generations" },
  },
  arms: [
    ordinary(),
    lameDuck(),
    asPid1(),
    failing("close-on-exec", "the duplicate closes on exec", { closesOnExec: true }, [
      predict(
        "words",
        matches(/bad file descriptor|non-socket|not a socket/),
        "there is no socket",
      ),
      predict("refused", above(10), "the old process has ended, the new one could not begin"),
      predict("answer", equals("nobody"), "an outage"),
    ]),
    failing("crash", "the new process ends at its start", { crashes: true }, [
      predict("words", equals("no database"), "as it happens"),
      predict("refused", above(10), "the old process did not wait for it"),
      predict("answer", equals("nobody"), "an outage"),
    ]),
    failing("crash-waited-for", "the same, and Shutdown waits", { crashes: true, waits: true }, [
      predict("refused", equals(0), "the old process has not ended"),
      predict("broken", equals(0), "nor begun to"),
      predict("answer", equals("0"), "it serves on"),
    ]),
    again(),
    handover("inherit", "a service with the Go SDK", ["go-sdk"], { source: SDK_SERVICE }, [
      predict("broken", equals(0), "kept connections move between two requests"),
      predict("ended", equals(0), "none has to end"),
    ]),
    handover("transparent", "an unmodified service", ["seccomp-notify"], {}, [
      predict(
        "broken",
        atMost(UPDATES * CLIENTS.connections),
        "a kept connection ends with its generation, by the service's own Shutdown",
      ),
    ]),
    handover("proxy", "a service that is told its port", [], {}, [
      predict("broken", equals(0), "the next request goes to the next generation"),
      predict("ended", equals(0), "the connection is hotpod's"),
    ]),
    handover("restart", "one process at a time", [], {}, [
      predict(
        "broken",
        atMost(UPDATES * CLIENTS.connections),
        "a kept connection ends with its generation, by the service's own Shutdown",
      ),
    ]),
    hotpodCrash(),
    hotpodSaves(),
  ],
  predictions: [
    predict(
      "inherit.swap",
      below({ measure: "transparent.swap" }),
      "a service that says it is ready need not be watched for 250 ms",
    ),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("ordinary.refused", equals(0), "the socket passes on"),
        predict("ordinary.broken", above(0), "not so kept connections"),
        predict("pid-1.restarts", atLeast(1), "nor the container"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("ordinary.refused", equals(0), "the socket passes on"),
        predict("ordinary.broken", equals(0), "and so do kept connections"),
      ],
    },
    { verdict: "refuted", when: [predict("ordinary.refused", above(0), "clients are refused")] },
  ],
  headline: { before: "ordinary.broken", after: "inherit.broken", about: "broken requests" },
  byHand: `# PID 1 that starts its successor and ends: the kernel kills the successor
sudo unshare --pid --fork --mount-proc sh -c 'setsid sleep 12345 & echo the successor runs; exit 0'
pgrep -f 'sleep 12345' || echo 'and is gone with PID 1'`,
};
