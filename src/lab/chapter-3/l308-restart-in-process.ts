import { hotpodService } from "#lab/chapter-1/hotpod-service.js";
import { above, atLeast, atMost, below, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { SLOW_SERVICE } from "#lab/programs/slow-service.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabProcess } from "#ports/lab/lab-bench.js";
import { isLine, type Reload, reloaded, slowRequest, startService } from "./restarting.js";

const RELOADS = 20;
const HIJACKED = 3;
const UPDATES = 5;
/** How long a request takes that is under way: at Shutdown, at one with a short deadline, at an update of hotpod. */
const [REQUEST_MS, LONG_REQUEST_MS, UPDATE_REQUEST_MS] = [2_000, 3_000, 1_000];
/** The deadline of Shutdown's context: beyond every request, or in the middle of one. */
const [PATIENT, IMPATIENT] = ["30s", "200ms"];
const NOISE = 2;
const CLIENTS = { path: "/", connections: 0, ratePerSecond: 50, thinkMs: 0 };
const PATIENCE_MS = 60_000;

export const l308: Scenario = {
  id: "L308",
  chapter: 3,
  title: "Shutdown before the next version listens",
  claim:
    "Shutdown with a context, before the next version listens, frees the port and leaves nothing behind.",
  story: {
    before:
      "A Go service replaces its http.Server in its own process: Shutdown with a context, then listen and serve again. Twenty times; with a request of 2 s under way; with three hijacked connections, as WebSockets are; and with a deadline that ends before a request does.",
    after:
      "A Go service that ends by Shutdown, under hotpod: five updates, each with a request of 1 s under way, while 50 new connections a second come.",
  },
  correction:
    "The port is free at once, and Serve and the goroutines end. But the port is closed first: while Shutdown waits for the slowest request, nobody listens and clients are refused. Hijacked connections are neither waited for nor ended; their goroutines stay. And at the deadline what is under way is left to itself: it goes on beside the next version.",
  advice: [
    "Let the next version listen before the old one stops to, as a process of its own with the same socket.",
    "End hijacked connections by RegisterOnShutdown, or wait for them: Shutdown does not.",
    "Look at what Shutdown returns: an error means that requests are still under way.",
  ],
  rules: ["HP404", "HP412", "HP1002"],
  settings: ["handover", "linger", "drain.timeout"],
  needs: ["linux", "go"],
  budgetSeconds: 20,
  timed: false,
  tags: ["sockets"],
  measures: {
    reloads: { about: "reloads, or updates", unit: "reloads" },
    bound: { about: "of them whose first attempt to listen again succeeded", unit: "reloads" },
    bind: { about: "time to listen again", unit: "ms" },
    served: { about: "what Serve ended with", unit: "" },
    shutdown: { about: "what Shutdown returned", unit: "" },
    took: { about: "time that Shutdown took", unit: "ms" },
    left: { about: "requests under way when Shutdown returned", unit: "requests" },
    more: { about: "goroutines more than before", unit: "goroutines" },
    lost: { about: "requests under way that were cut", unit: "requests" },
    refused: { about: "connections refused meanwhile", unit: "connections" },
    echoed: { about: "hijacked connections that live on", unit: "connections" },
  },
  arms: [plain(), active(), hijacked(), overdue(), hotpodArm()],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("plain.bound", equals(RELOADS), "the port is free"),
        predict("active.refused", above(0), "but closed for as long as a request takes"),
        predict("hijacked.more", above(0), "and hijacked connections stay"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("plain.bound", equals(RELOADS), "the port is free"),
        predict("hijacked.more", equals(0), "and nothing stays"),
      ],
    },
    { verdict: "refuted", when: [predict("plain.bound", below(RELOADS), "the port is not free")] },
  ],
  headline: { before: "active.refused", after: "hotpod.refused", about: "connections refused" },
  byHand: `cat > main.go <<'END'
package main
import ("context"; "fmt"; "net"; "net/http"; "time")
func main() {
	listener, _ := net.Listen("tcp", "127.0.0.1:8080")
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) })}
	go func() { fmt.Println("Serve:", server.Serve(listener)) }()
	go http.Get("http://127.0.0.1:8080/")
	time.Sleep(200 * time.Millisecond)
	go func() { time.Sleep(200 * time.Millisecond); _, err := net.Dial("tcp", "127.0.0.1:8080"); fmt.Println("meanwhile:", err) }()
	began := time.Now()
	fmt.Println("Shutdown:", server.Shutdown(context.Background()), time.Since(began))
	_, err := net.Listen("tcp", "127.0.0.1:8080")
	fmt.Println("listen again:", err)
}
END
go run main.go`,
};

function plain(): Arm {
  return {
    ...{ name: "plain", side: "before", label: "Shutdown, then listen again, twenty times" },
    needs: [],
    predictions: [
      predict("bound", equals(RELOADS), "Shutdown has closed the listener"),
      predict("bind", below(5), "nothing has to be waited for"),
      predict("served", equals("http: Server closed"), "Serve has ended as it should"),
      predict("shutdown", equals("nil"), "nothing was under way"),
      predict("more", atMost(NOISE), "the goroutines are those of the beginning"),
    ],
    async run(bench, record) {
      const { port, service } = await startService(bench, PATIENT);
      const reloads: Reload[] = [];
      for (let reload = 1; reload <= RELOADS; reload += 1) {
        await bench.network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
        reloads.push(await reloaded(service));
        record.mark(`reload ${reload}`);
      }
      const only = (key: "served" | "shutdown"): string =>
        [...new Set(reloads.map((one) => one[key]))].join(", ");
      record.count("reloads", reloads.length);
      record.count("bound", reloads.filter(({ listen }) => listen === "nil").length, RELOADS);
      record.spread(
        "bind",
        reloads.map(({ bind }) => bind),
      );
      record.text("served", only("served"));
      record.text("shutdown", only("shutdown"));
      record.count("more", reloads.at(-1)?.more ?? Number.NaN);
    },
  };
}

function active(): Arm {
  return {
    ...{ name: "active", side: "before", label: "a request of 2 s is under way", needs: [] },
    predictions: [
      predict("lost", equals(0), "Shutdown waits for its answer"),
      predict("took", atLeast(REQUEST_MS / 4), "for as long as that takes"),
      predict("refused", atLeast(1), "and has closed the port before"),
      predict("bound", equals(1), "then the port can be had again"),
    ],
    async run(bench, record) {
      const { network, clock } = bench;
      const { port, service } = await startService(bench, PATIENT);
      const answer = await slowRequest(bench, port, service, REQUEST_MS);
      let over = false;
      const reload = reloaded(service).finally(() => {
        over = true;
      });
      record.mark("reload");
      let refused = 0;
      while (!over) {
        const { connected } = await network.connect(port, PATIENCE_MS);
        if (!connected) refused += 1;
        await clock.wait(20);
      }
      const { listen, took } = await reload;
      record.count("lost", (await answer()).kind === "answered" ? 0 : 1, 1);
      record.count("took", took);
      record.count("refused", refused);
      record.count("bound", listen === "nil" ? 1 : 0, 1);
    },
  };
}

function hijacked(): Arm {
  return {
    ...{ name: "hijacked", side: "before", label: "three hijacked connections", needs: [] },
    predictions: [
      predict("shutdown", equals("nil"), "it says that all is over"),
      predict("took", below(15_000), "for it does not wait for them"),
      predict("more", equals(HIJACKED), "a goroutine of each stays"),
      predict("echoed", equals(HIJACKED), "and serves on, from the version before"),
      predict("bound", equals(1), "they are not in the port's way"),
    ],
    async run(bench, record) {
      const { port, service, program } = await startService(bench, PATIENT);
      const holders: LabProcess[] = [];
      for (let one = 0; one < HIJACKED; one += 1) {
        const argv = [program, "hold", `${bench.network.host}:${port}`];
        const holder = await bench.processes.start(argv);
        await holder.lines.until("the connection", isLine("held"), 0, PATIENCE_MS);
        holders.push(holder);
      }
      const reload = await reloaded(service);
      record.mark("reload");
      let echoed = 0;
      for (const { lines, signal } of holders) {
        signal("SIGUSR1");
        const answer = await lines.until("echo", ({ text }) => text !== "held", 0, PATIENCE_MS);
        if (answer.text === "echo") echoed += 1;
      }
      record.text("shutdown", reload.shutdown);
      record.count("took", reload.took);
      record.count("more", reload.more);
      record.count("echoed", echoed, HIJACKED);
      record.count("bound", reload.listen === "nil" ? 1 : 0, 1);
    },
  };
}

function overdue(): Arm {
  return {
    ...{
      name: "overdue",
      side: "before",
      label: "the deadline comes before the answer",
      needs: [],
    },
    predictions: [
      predict("shutdown", equals("context deadline exceeded"), "it says so"),
      predict("left", equals(1), "and leaves the request to itself"),
      predict("lost", equals(0), "which is answered, as long as the process lives"),
      predict("bound", equals(1), "the port can be had again"),
    ],
    async run(bench, record) {
      const { port, service } = await startService(bench, IMPATIENT);
      const answer = await slowRequest(bench, port, service, LONG_REQUEST_MS);
      const reload = await reloaded(service);
      record.mark("reload");
      record.text("shutdown", reload.shutdown);
      record.count("left", reload.left);
      record.count("lost", (await answer()).kind === "answered" ? 0 : 1, 1);
      record.count("bound", reload.listen === "nil" ? 1 : 0, 1);
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, a request of 1 s at each update" },
    needs: [],
    predictions: [
      predict("reloads", equals(UPDATES), "every version came to serve"),
      predict("lost", equals(0), "the old generation answers what it has begun"),
      predict("refused", equals(0), "somebody listens all along"),
    ],
    async run(bench, record) {
      const service = await hotpodService(bench, [], { source: SLOW_SERVICE });
      const { hotpod } = service;
      const load = await bench.load({ port: hotpod.port, ...CLIENTS });
      let [reloads, lost] = [0, 0];
      for (; reloads < UPDATES; reloads += 1) {
        const question = {
          port: hotpod.port,
          path: `/${UPDATE_REQUEST_MS}ms`,
          timeoutMs: PATIENCE_MS,
        };
        const answer = bench.network.ask(question);
        await service.update(`v${reloads + 2}`);
        if ((await answer).kind !== "answered") lost += 1;
      }
      const end = await load.stop();
      record.count("reloads", reloads);
      record.count("lost", lost, UPDATES);
      record.count("refused", end.failed, end.requests);
      record.traffic(end.beganMs, end.timeline);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
