import { above, atLeast, atMost, below, equals, matches, predict } from "#lab/judge/prediction.js";
import type { Need } from "#lab/need.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { SOCKET_OPTIONS } from "#lab/programs/listeners/socket-options.js";
import { SOCKET_QUEUES } from "#lab/programs/listeners/socket-queues.js";
import { nodeService } from "#lab/programs/node-service.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, ProcessOptions } from "#ports/lab/lab-bench.js";

/** An old and a new socket, each without and with the option. */
const PAIRS = 4;
const WAITING = 50;
const UPDATES = 10;
const CLIENTS = { path: "/", connections: 0, ratePerSecond: 100, thinkMs: 0 };
const PATIENCE_MS = 60_000;
/** Longer than it takes until the next generation is promoted, however busy the machine is. */
const DRAIN = "60s";

export const l307: Scenario = {
  id: "L307",
  chapter: 3,
  title: "What SO_REUSEADDR and SO_REUSEPORT allow",
  claim:
    "A leaked listener makes SO_REUSEADDR ineffective: with it, the new version could have listened on the port.",
  story: {
    before:
      "Bare sockets on one port: a second listener, a bind over TIME_WAIT and over a connection of the old server, each with and without the option on either side. With SO_REUSEPORT: a second listener, one of another user, how 400 connections are divided, and what becomes of 50 that wait when one of the two listeners is closed; then two processes that share one socket.",
    after:
      "hotpod, ten updates under 100 new connections a second; then 50 clients that wait in the queue of the old generation while the next one is promoted.",
  },
  correction:
    "There is nothing to lose: SO_REUSEADDR never allows two listeners on one address. It allows a bind over TIME_WAIT and over connections of the old server, and only if both sockets have it, as those of Go and Node do. SO_REUSEPORT allows two listeners, if both have it and belong to one user; then the kernel deals out new connections between them, and those that wait in a listener's queue are reset when it is closed (unless net.ipv4.tcp_migrate_req is 1). A socket that both versions share loses none.",
  advice: [
    "Hand the listening socket over, instead of opening a second one beside it.",
    "Where SO_REUSEPORT is used: empty the queue of the old listener before it is closed, or set net.ipv4.tcp_migrate_req.",
  ],
  rules: ["HP801", "HP404"],
  settings: ["handover", "linger", "drain.timeout"],
  needs: ["linux"],
  budgetSeconds: 10,
  timed: false,
  tags: ["sockets"],
  measures: {
    tried: { about: "listeners that were tried beside what was there", unit: "listeners" },
    allowed: { about: "of them allowed", unit: "listeners" },
    which: { about: "those that were allowed: the old socket, the new socket", unit: "" },
    words: { about: "what the others were told", unit: "" },
    share: { about: "new connections that came to the second listener", unit: "%" },
    waiting: { about: "clients that waited to be accepted", unit: "clients" },
    queued: { about: "of them in the queue that was closed", unit: "clients" },
    lost: { about: "clients that got no answer", unit: "clients" },
    updates: { about: "updates under load", unit: "updates" },
  },
  arms: [
    pairs("second-listener", "SO_REUSEADDR, a second listener", 0),
    pairs("time-wait", "SO_REUSEADDR, a bind over TIME_WAIT", 1),
    pairs("established", "SO_REUSEADDR, a bind over a connection of the old server", 1),
    pairs("reuse-port", "SO_REUSEPORT, a second listener", 1),
    users(),
    split(),
    queue(
      "queue",
      "SO_REUSEPORT, one of two listeners is closed",
      [],
      [
        predict("lost", above(0), "what waits in a queue goes with its socket"),
        predict("lost", equals({ measure: "queued" }), "all of it, and nothing else"),
        predict("lost", below(WAITING), "the other listener keeps its own"),
      ],
    ),
    queue(
      "migrated",
      "the same with net.ipv4.tcp_migrate_req=1",
      ["net-namespaces"],
      [
        predict("queued", above(0), "some waited in the queue that was closed"),
        predict("lost", equals(0), "the kernel moves them to the other listener"),
      ],
    ),
    queue(
      "shared",
      "two processes share one socket, one of them is killed",
      [],
      [predict("lost", equals(0), "the queue is the socket's, and the socket is still open")],
    ),
    hotpodUpdates(),
    hotpodQueue(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("second-listener.allowed", equals(0), "two listeners were never allowed"),
        predict("time-wait.allowed", equals(1), "what the option allows is something else"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("second-listener.allowed", above(0), "the option does allow two")],
    },
  ],
  headline: { before: "queue.lost", after: "hotpod-queue.lost", about: "waiting clients lost" },
  byHand: `python3 - <<'END'
import socket
def listener(option, port=0):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, option, 1); s.bind(("127.0.0.1", port)); s.listen(); return s
old = listener(socket.SO_REUSEADDR)
try: listener(socket.SO_REUSEADDR, old.getsockname()[1])
except OSError as error: print("SO_REUSEADDR:", error)       # Address already in use
old.close()
old = listener(socket.SO_REUSEPORT)
port = old.getsockname()[1]
new = listener(socket.SO_REUSEPORT, port)
clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
old.close()                                                # about half of them
def is_reset(client):
    client.settimeout(0.05)
    try: client.recv(1)
    except ConnectionResetError: return True
    except TimeoutError: return False
print("SO_REUSEPORT: reset", sum(map(is_reset, clients)), "of 50")
END`,
};

function pairs(name: string, label: string, allowed: number): Arm {
  return {
    ...{ name, side: "before", label, needs: ["go"] },
    predictions: [
      predict("tried", equals(PAIRS), "every pair was tried"),
      predict("allowed", equals(allowed), allowed === 0 ? "none" : "one of four"),
      predict("which", equals(allowed === 0 ? "none" : "with/with"), "both have to have it"),
      predict("words", matches(/^address already in use$/), "as people quote it"),
    ],
    run: (bench, record) => tries(bench, record, name),
  };
}

function users(): Arm {
  return {
    ...{ name: "users", side: "before", label: "SO_REUSEPORT, another user" },
    needs: ["go", "root"],
    predictions: [
      predict("tried", equals(2), "both users tried"),
      predict("allowed", equals(1), "a port is not to be stolen"),
      predict("which", equals("root/same-user"), "one user may share it with itself"),
    ],
    run: (bench, record) => tries(bench, record, "users"),
  };
}

async function tries(bench: LabBench, record: Recorder, mode: string): Promise<void> {
  const lines = await said(bench, SOCKET_OPTIONS, mode);
  const results = lines.map((line) => /^tried (\S+) (\S+) (.*)$/.exec(line) ?? []);
  const allowed = results.filter(([, , , result]) => result === "ok");
  const refused = results.flatMap(([, , , result]) => (result === "ok" ? [] : (result ?? [])));
  record.count("tried", results.length);
  record.count("allowed", allowed.length, results.length);
  record.text("which", allowed.map(([, old, next]) => `${old}/${next}`).join(", ") || "none");
  record.text("words", [...new Set(refused)].join(", "));
}

function split(): Arm {
  return {
    ...{ name: "split", side: "before", label: "SO_REUSEPORT, who gets the connections" },
    needs: ["go"],
    predictions: [
      // Of 400 that are dealt out by chance, fewer than 120 come to one of two once in 10¹⁵ runs.
      predict("share", atLeast(30), "the kernel deals them out by their address"),
      predict("share", atMost(70), "about half to each, ready for them or not"),
    ],
    async run(bench, record) {
      const [line = ""] = await said(bench, SOCKET_QUEUES, "split");
      const [, tried = 0, second = 0] = line.split(" ").map(Number);
      record.count("share", (100 * second) / tried);
    },
  };
}

function queue(
  mode: string,
  label: string,
  needs: readonly Need[],
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name: mode, side: "before", label, needs: ["go", ...needs] },
    predictions: [predict("waiting", equals(WAITING), "every client waited"), ...predictions],
    async run(bench, record) {
      const options = mode === "migrated" ? ({ namespace: "net" } as const) : {};
      const [line = ""] = await said(bench, SOCKET_QUEUES, mode, options);
      const [, waiting = 0, queued = 0, lost = 0] = line.split(" ").map(Number);
      record.count("waiting", waiting);
      record.count("queued", queued, waiting);
      record.count("lost", lost, waiting);
    },
  };
}

/** The lines of a program of bare sockets; rejects with its words where it fails. */
async function said(
  bench: LabBench,
  source: string,
  mode: string,
  options: ProcessOptions = {},
): Promise<readonly string[]> {
  const program = await bench.goProgram("sockets", source);
  const end = await bench.processes.run([program, mode, bench.network.host], options);
  if (end.code !== 0) throw new Error(`${mode}: ${end.failure ?? end.signal ?? end.stderr.trim()}`);
  return end.stdout.trim().split("\n");
}

function hotpodUpdates(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, ten updates under load", needs: [] },
    predictions: [
      predict("updates", equals(UPDATES), "every version came to serve"),
      predict("lost", equals(0), "no connection waits in a queue that is closed"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench);
      const { hotpod } = service;
      const load = await bench.load({ port: hotpod.port, ...CLIENTS });
      let updates = 0;
      for (; updates < UPDATES; updates += 1) await service.update(`v${updates + 2}`);
      const end = await load.stop();
      record.count("updates", updates);
      record.count("lost", end.failed, end.requests);
      record.traffic(end.beganMs, end.timeline);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

/** The old generation is stopped (SIGSTOP) so that clients wait in its queue, and goes on when it no longer serves. */
function hotpodQueue(): Arm {
  return {
    ...{ name: "hotpod-queue", side: "after", label: "hotpod run, clients wait during the swap" },
    needs: [],
    predictions: [
      predict("waiting", equals(WAITING), "every client waited"),
      predict("lost", equals(0), "the old generation empties its queue before it ends"),
    ],
    async run(bench, record) {
      const { network, processes } = bench;
      const service = await nodeUnderHotpod(bench, ["--drain-timeout", DRAIN]);
      const { hotpod } = service;
      const old = await service.servingPid();
      processes.signal(old, "SIGSTOP");
      record.mark("the old generation is stopped");
      const question = { port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS };
      const asked = Array.from({ length: WAITING }, () => network.ask(question));
      const deadline = bench.clock.nowMs() + PATIENCE_MS;
      while (network.waiting(hotpod.port) < WAITING && bench.clock.nowMs() < deadline) {
        await bench.clock.wait(5);
      }
      record.count("waiting", network.waiting(hotpod.port));
      const from = hotpod.notices.items.length;
      service.save(nodeService("v2"));
      await hotpod.notices.until("v2", ({ kind }) => kind === "promoted", from, PATIENCE_MS);
      processes.signal(old, "SIGCONT");
      const answers = await Promise.all(asked);
      const lost = answers.filter((end) => end.kind !== "answered").length;
      record.count("lost", lost, WAITING);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
