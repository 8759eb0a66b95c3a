import type { Notice } from "#model/notice.js";
import type { LogLevel } from "#report/log-entry.js";

const artifact = { id: "aaaaaaaaaaaa", content: "cccccccccccc" };
const other = { id: "bbbbbbbbbbbb", content: null };
const chosen = { handover: "inherit", why: { kind: "took-sockets" } } as const;
const saysChosen = "hand-over inherit: the service takes the sockets it is given";
const unserved = (why: string) => `generation 7 ended before it served, after 250ms: ${why}`;
const memory = { limitBytes: 128 * 2 ** 20, usedBytes: 100 * 2 ** 20, generationBytes: null };

// biome-ignore lint/suspicious/noThenProperty: the notice's own word; nobody awaits it.
const then = <T extends string>(what: T) => ({ then: what });

/** Every kind of notice, as it reads. The compiler sees to it that none is missing. */
export const lines: {
  readonly [K in Notice["kind"]]: readonly [
    Omit<Extract<Notice, { kind: K }>, "kind">,
    LogLevel,
    string,
  ][];
} = {
  "change-seen": [
    [{ content: "c", files: ["a.go"] }, "info", "changed: a.go"],
    [{ content: "c", files: ["a", "b", "c", "d", "e"] }, "info", "changed: a, b, c and 2 more"],
    [{ content: "c", files: [] }, "info", "changed: the watched files"],
  ],
  "change-unbuilt": [
    [
      { content: "c", why: "paused" },
      "info",
      "the change waits: updates are paused (hotpod ctl resume)",
    ],
    [
      { content: "c", why: "quarantined" },
      "info",
      "this content has failed before: waiting for another change",
    ],
    [{ content: "c", why: "serving" }, "info", "what is on disk serves already"],
  ],
  "handover-chosen": [[chosen, "info", saysChosen]],
  "build-started": [[{ build: 3, content: "c" }, "debug", "build 3 of c"]],
  "build-cancelled": [[{ build: 3, tookMs: 9 }, "debug", "build 3 overtaken by a newer change"]],
  "build-succeeded": [
    [{ build: 3, artifact, tookMs: 812 }, "info", "built aaaaaaaaaaaa in 812ms"],
    [
      { build: 3, artifact: { id: "same", content: "same" }, tookMs: 1 },
      "debug",
      "built same in 1ms",
    ],
  ],
  "build-failed": [
    [
      {
        build: 3,
        failure: { kind: "command", exit: { kind: "code", code: 1 }, output: "main.go:1:1: no\n" },
        tookMs: 119,
      },
      "error",
      "build failed after 119ms: exit code 1",
    ],
    [
      { build: 3, failure: { kind: "store", detail: "the volume / is full" }, tookMs: 5 },
      "error",
      "build failed after 5ms: the volume / is full",
    ],
  ],
  "artifact-unchanged": [
    [{ artifact }, "info", "the build is identical to what serves (aaaaaaaaaaaa)"],
  ],
  "generation-started": [
    [{ generation: 7, artifact, purpose: "update" }, "info", "generation 7 started: the change"],
  ],
  "generation-ready": [
    [
      { generation: 7, by: "notify", tookMs: 38 },
      "debug",
      "generation 7 ready after 38ms (it said so)",
    ],
  ],
  "canary-started": [
    [
      { generation: 7, artifact, beside: 6, percent: 10, forMs: 30_000 },
      "info",
      "canary: generation 7 (aaaaaaaaaaaa) gets 10 % of new connections for 30s, generation 6 the rest",
    ],
  ],
  "canary-weighed": [
    [
      { generation: 7, percent: 50 },
      "info",
      "canary: generation 7 gets 50 % of new connections now",
    ],
    [
      { generation: 7, percent: 0 },
      "warn",
      "canary: generation 7 gets nothing new and waits for hotpod ctl promote, hotpod ctl rollback or another weight",
    ],
  ],
  "canary-withdrawn": [
    [
      { generation: 7, why: "superseded", servedMs: 4_000 },
      "info",
      "canary: generation 7 goes after 4s: something newer is ready to start",
    ],
    [
      { generation: 7, why: "reverted", servedMs: 4_000 },
      "info",
      "canary: generation 7 goes after 4s: the change was taken back",
    ],
    [
      { generation: 7, why: "stopping", servedMs: 4_000 },
      "info",
      "canary: generation 7 goes after 4s: hotpod stops",
    ],
  ],
  "canary-took-over": [
    [
      { generation: 7, from: 6, why: { kind: "exited", exit: { kind: "code", code: 3 } } },
      "error",
      "canary: generation 7 takes over, as generation 6 exited with code 3",
    ],
  ],
  promoted: [
    [
      {
        ...{ generation: 7, previous: 6, artifact, swapMs: 9, changeMs: 1_100 },
        timing: { noticeMs: 4, buildMs: 1_080, startMs: 7, readyMs: 9 },
      },
      "info",
      "generation 7 serves aaaaaaaaaaaa (started 9ms ago, 1.1s after the change: notice 4ms, build 1.08s, start 7ms, ready 9ms)",
    ],
    [
      {
        ...{ generation: 7, previous: 6, artifact, swapMs: 9, changeMs: 1_100 },
        timing: null,
      },
      "info",
      "generation 7 serves aaaaaaaaaaaa (started 9ms ago, 1.1s after the change)",
    ],
    [
      { generation: 1, previous: null, artifact, swapMs: 9, changeMs: null, timing: null },
      "info",
      "generation 1 serves aaaaaaaaaaaa (started 9ms ago)",
    ],
  ],
  "update-timed": [
    [
      {
        generation: 7,
        timing: { noticeMs: 3, buildMs: 180, startMs: 9, readyMs: 20, switchMs: 0.25 },
      },
      "debug",
      "generation 7 has the new connections 212ms after the change: notice 3ms, build 180ms, start 9ms, ready 20ms, switch 0.25ms",
    ],
  ],
  "candidate-failed": [
    [
      {
        generation: 7,
        artifact,
        why: { kind: "exited", exit: { kind: "signal", signal: "SIGSEGV" } },
      },
      "error",
      "generation 7 never served: it was ended by SIGSEGV",
    ],
    [
      {
        generation: 7,
        artifact,
        why: { kind: "ready-timeout", afterMs: 60_000, lastAnswer: "503" },
      },
      "error",
      "generation 7 never served: it was not ready in 1m (last: 503)",
    ],
    [
      { generation: 7, artifact, why: { kind: "spawn", reason: "no such program" } },
      "error",
      "generation 7 never served: it could not be started: no such program",
    ],
  ],
  "candidate-withdrawn": [
    [
      { generation: 7, why: "superseded", ranMs: 250 },
      "info",
      unserved("something newer is ready to start"),
    ],
    [{ generation: 7, why: "reverted", ranMs: 250 }, "info", unserved("the change was taken back")],
    [{ generation: 7, why: "stopping", ranMs: 250 }, "info", unserved("hotpod stops")],
  ],
  quarantined: [[{ artifact }, "warn", "aaaaaaaaaaaa is not tried again until a change"]],
  "drain-started": [[{ generation: 6 }, "debug", "generation 6 drains"]],
  "drain-ended": [
    [{ generation: 6, tookMs: 38, killed: false }, "debug", "generation 6 drained in 38ms"],
    [
      { generation: 6, tookMs: 25_000, killed: true },
      "warn",
      "generation 6 was killed: not drained in 25s",
    ],
  ],
  "standing-by": [[{ generation: 6 }, "debug", "generation 6 stands by"]],
  "probation-passed": [[{ generation: 7, artifact }, "debug", "generation 7 has proved good"]],
  "rolled-back": [
    [
      {
        generation: 7,
        from: artifact,
        to: other,
        why: { kind: "unhealthy", detail: "500" },
        servedMs: 1_400,
        way: "cold",
      },
      "error",
      "back to bbbbbbbbbbbb, which is started anew: aaaaaaaaaaaa served 1.4s, it was unhealthy: 500",
    ],
    [
      {
        generation: 7,
        from: artifact,
        to: other,
        why: { kind: "requested" },
        servedMs: 1_400,
        way: "warm",
      },
      "error",
      "back to bbbbbbbbbbbb, which still ran: aaaaaaaaaaaa served 1.4s, as asked",
    ],
  ],
  crashed: [
    [
      { generation: 7, exit: { kind: "code", code: 2 }, restart: 1, of: 3 },
      "error",
      "generation 7 exited with code 2: restart 1 of 3",
    ],
  ],
  "crash-limit-reached": [
    [
      { exit: { kind: "code", code: 2 }, restarts: 3, windowMs: 60_000 },
      "error",
      "the service exited with code 2 again: 3 restarts within 1m did not help",
    ],
  ],
  unhealthy: [
    [
      { generation: 7, failures: 3, detail: "timeout" },
      "error",
      "generation 7 is unhealthy: 3 bad answers (timeout)",
    ],
  ],
  "memory-short": [
    [
      { generation: 7, memory, neededBytes: 40 * 2 ** 20, ...then("restart") },
      "warn",
      "memory is short: 100 MiB of 128 MiB used, 40 MiB needed beside it: the old generation ends first (sockets stay open)",
    ],
    [
      { generation: 7, memory, neededBytes: 40 * 2 ** 20, ...then("hold") },
      "warn",
      "memory is short: 100 MiB of 128 MiB used, 40 MiB needed beside it: the swap waits (memory.policy hold)",
    ],
  ],
  paused: [
    [{ paused: true }, "info", "paused: changes wait"],
    [{ paused: false }, "info", "resumed"],
  ],
  drift: [
    [
      { running: artifact, nextBoot: other },
      "warn",
      "drift: aaaaaaaaaaaa runs, a new container starts bbbbbbbbbbbb",
    ],
    [
      { running: artifact, nextBoot: null },
      "debug",
      "drift: aaaaaaaaaaaa runs, a new container builds what its files say then",
    ],
    [
      { running: artifact, nextBoot: artifact },
      "warn",
      "drift: aaaaaaaaaaaa runs, after a container restart too; a new pod starts what its image holds",
    ],
  ],
  stopping: [
    [
      { signal: "SIGTERM", delayMs: 2_000, graceMs: 30_000 },
      "info",
      "stopping (SIGTERM), serving 2s more; grace 30s",
    ],
    [{ signal: "SIGINT", delayMs: 0, graceMs: 30_000 }, "info", "stopping (SIGINT); grace 30s"],
  ],
  "grace-exhausted": [
    [{ killed: [6, 7] }, "warn", "the grace is over: killed generation 6, generation 7"],
  ],
  stopped: [[{ code: 0, tookMs: 38 }, "info", "stopped in 38ms, exit code 0"]],
};
