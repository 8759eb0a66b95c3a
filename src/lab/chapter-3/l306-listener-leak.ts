import { hotpodService } from "#lab/chapter-1/hotpod-service.js";
import { atLeast, atMost, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { GO_SERVICE } from "#lab/programs/go-service.js";
import { LEAKING_SERVICE, SERVICE_WITH_HELPER } from "#lab/programs/listeners/leaking-service.js";
import { nodeService } from "#lab/programs/node-service.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabHotpod, LabProcess } from "#ports/lab/lab-bench.js";
import { answered, comesUp, ownerOf, place, refusedStarts, STARTS } from "./on-port.js";

const RELOADS = 20;
const DEATHS = 10;
/** Goroutines of two generations differ by those that happen to answer a request or to collect garbage. */
const NOISE = 2;
const CLIENTS = { path: "/", connections: 4, ratePerSecond: 20, thinkMs: 20 };
const PATIENCE_MS = 60_000;
const IN_USE = /listen tcp \S+: bind: address already in use/;

export const l306: Scenario = {
  id: "L306",
  chapter: 3,
  title: "Who holds the port: address already in use",
  claim:
    "A missing Shutdown leaves a goroutine that holds the listener, so after a hot update the new version fails with: address already in use.",
  story: {
    before:
      "A Go service begins its next version twenty times in the same process and closes nothing. Then a second process is started beside the first, in Go and in Node. Then a service is killed whose helper process has got the listening socket. Then a service with leaked goroutines is killed under clients, ten times, and started again at once.",
    after:
      "The same leaking Go service under hotpod, twenty updates; and a service that binds its port by itself, five updates.",
  },
  correction:
    "The error is real, but no goroutine outlives its process: whoever holds the port is a living process. It is the service itself where versions change within one process, the version before where the new one is started first, or a child that got the socket and lives on. Where the old process is dead, even by SIGKILL and under clients, the port can be bound at once.",
  advice: [
    "Ask who holds the port: ss -ltnp, or the inode in /proc/net/tcp and the /proc/PID/fd that leads to it.",
    "Give the new process the socket that is already there, instead of a second bind: recipe and handover of hotpod do that.",
    "End all processes of a service, not only its first one; children must not get the listening socket.",
  ],
  rules: ["HP801", "HP1009", "HP404"],
  settings: ["handover", "listen", "linger"],
  needs: ["linux", "go"],
  budgetSeconds: 20,
  timed: false,
  tags: ["sockets"],
  measures: {
    tried: { about: "starts and reloads that wanted the port", unit: "starts" },
    inUse: { about: "of them refused: address already in use", unit: "starts" },
    words: { about: "what the refused one says", unit: "" },
    owner: { about: "who has the listening socket open", unit: "" },
    freed: { about: "starts that succeed once that owner has ended", unit: "starts" },
    growth: { about: "goroutines more at the end than at the beginning", unit: "goroutines" },
    version: { about: "what a client is answered at the end", unit: "" },
  },
  arms: [
    inProcess(),
    beside("two-go", "Go, the new process beside the old one", IN_USE, goProgram),
    beside("two-node", "Node, the new process beside the old one", /EADDRINUSE/, nodeProgram),
    helperSurvives(),
    killed(),
    hotpodLeaking(),
    hotpodBinding(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("in-process.inUse", equals(RELOADS), "the port is in use, as is said"),
        predict("killed.inUse", equals(0), "but never by a process that is dead"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("killed.inUse", atLeast(1), "even a dead process holds it")],
    },
    { verdict: "refuted", when: [predict("in-process.inUse", equals(0), "nothing holds it")] },
  ],
  headline: { before: "in-process.inUse", after: "hotpod.inUse", about: "address already in use" },
  byHand: `python3 -m http.server 8080 & sleep 1
python3 -m http.server 8080      # OSError: [Errno 98] Address already in use
ss -ltnp 'sport = :8080'         # names the process that holds it
kill -9 %1; wait
timeout 2 python3 -m http.server 8080      # binds: the owner is gone`,
};

function inProcess(): Arm {
  return {
    ...{ name: "in-process", side: "before", label: "the next version in the same process" },
    needs: [],
    predictions: [
      predict("tried", equals(RELOADS), "every reload was seen to its end"),
      predict("inUse", equals(RELOADS), "the listener of the first version is still open"),
      predict("words", matches(IN_USE), "as people quote it"),
      predict("owner", equals("the service itself"), "a goroutine of it is in Accept"),
      predict("growth", atLeast(RELOADS), "what each version had begun before stays"),
      predict("version", equals("0"), "the first version serves on, and nobody notices"),
    ],
    async run(bench, record) {
      const { port, env } = await place(bench);
      const service = await startLeaking(bench, env);
      const before = await reloaded(service, 0);
      let inUse = 0;
      let last = before;
      for (let reload = 1; reload <= RELOADS; reload += 1) {
        service.signal("SIGHUP");
        last = await reloaded(service, reload);
        if (IN_USE.test(last.words)) inUse += 1;
        record.point("service", "fail", last.words);
      }
      record.count("tried", RELOADS);
      record.count("inUse", inUse, RELOADS);
      record.text("words", last.words.replaceAll(bench.network.host, "HOST"));
      record.text("owner", ownerOf(bench, port, { [service.pid]: "the service itself" }));
      record.count("growth", last.goroutines - before.goroutines);
      record.text("version", await answered(bench, port));
    },
  };
}

type Argv = (bench: LabBench) => Promise<readonly string[]>;

async function goProgram(bench: LabBench): Promise<readonly string[]> {
  return [await bench.goProgram("service", GO_SERVICE)];
}

async function nodeProgram({ files, folder }: LabBench): Promise<readonly string[]> {
  files.write(`${folder}/app.mjs`, nodeService("v1"));
  return ["node", "app.mjs"];
}

/** The second is started while the first one serves. */
function beside(name: string, label: string, words: RegExp, argv: Argv): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("tried", equals(STARTS), "every start was seen to its end"),
      predict("inUse", equals(STARTS), "one address, one listener"),
      predict("words", matches(words), "as people quote it"),
      predict("owner", equals("the process before"), "it has not ended yet"),
      predict("freed", equals(1), "with its end the port is free"),
    ],
    async run(bench, record) {
      const { port, env } = await place(bench);
      const program = await argv(bench);
      const first = await bench.processes.start(program, { env });
      await bench.network.untilListening(port, PATIENCE_MS);
      await refusedStarts(bench, record, { program, env, words });
      record.text("owner", ownerOf(bench, port, { [first.pid]: "the process before" }));
      first.signal("SIGTERM");
      await first.exited;
      record.mark("the process before has ended");
      record.count("freed", (await comesUp(bench, program, env)) ? 1 : 0, 1);
    },
  };
}

function helperSurvives(): Arm {
  return {
    ...{ name: "helper", side: "before", label: "killed, and its helper has the socket" },
    needs: [],
    predictions: [
      predict("tried", equals(STARTS), "every start was seen to its end"),
      predict("inUse", equals(STARTS), "the socket is open as long as anybody has it"),
      predict("words", matches(IN_USE), "as people quote it"),
      predict("owner", equals("its helper"), "a process that never heard of the port"),
      predict("freed", equals(1), "with the helper's end the port is free"),
    ],
    async run(bench, record) {
      const { processes } = bench;
      const { port, env } = await place(bench);
      const program = [await bench.goProgram("with-helper", SERVICE_WITH_HELPER)];
      const service = await processes.start(program, { env });
      const isTold = ({ text }: { text: string }): boolean => text.startsWith("helper ");
      const told = await service.lines.until("its helper", isTold, 0, PATIENCE_MS);
      const helper = Number(told.text.slice("helper ".length));
      service.signal("SIGKILL");
      await service.exited;
      record.mark("the service was killed");
      const next = await goProgram(bench);
      await refusedStarts(bench, record, { program: next, env, words: IN_USE });
      record.text("owner", ownerOf(bench, port, { [helper]: "its helper" }));
      processes.signal(helper, "SIGKILL");
      record.mark("its helper was killed");
      const deadline = bench.clock.nowMs() + PATIENCE_MS;
      while (processes.isAlive(helper) && bench.clock.nowMs() < deadline) await bench.clock.wait(5);
      record.count("freed", (await comesUp(bench, next, env)) ? 1 : 0, 1);
    },
  };
}

/** Goroutines leaked, clients connected, SIGKILL: nothing of it is in the way of the next start. */
function killed(): Arm {
  return {
    ...{ name: "killed", side: "before", label: "killed under clients, started again at once" },
    needs: [],
    predictions: [
      predict("tried", equals(DEATHS), "every start was seen to its end"),
      predict("inUse", equals(0), "goroutines and sockets end with their process"),
      predict("version", equals("0"), "the next one serves"),
    ],
    async run(bench, record) {
      const { port, env } = await place(bench);
      let service = await startLeaking(bench, env);
      await reloaded(service, 0);
      const load = await bench.load({ port, ...CLIENTS });
      let inUse = 0;
      for (let death = 1; death <= DEATHS; death += 1) {
        service.signal("SIGHUP");
        await reloaded(service, 1);
        service.signal("SIGKILL");
        await service.exited;
        record.mark(`killed ${death}`);
        service = await startLeaking(bench, env);
        const up = await reloaded(service, 0).catch(() => null);
        if (up === null) inUse += 1;
      }
      record.count("tried", DEATHS);
      record.count("inUse", inUse, DEATHS);
      record.text("version", await answered(bench, port));
      const { beganMs, timeline } = await load.stop();
      record.traffic(beganMs, timeline);
    },
  };
}

function hotpodLeaking(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, the leaking service", needs: [] },
    predictions: [
      predict("tried", equals(RELOADS), "every version came to serve"),
      predict("inUse", equals(0), "each takes the socket that it is given"),
      predict(
        "growth",
        atMost(NOISE),
        "each is a process of its own and takes what it leaks along",
      ),
    ],
    async run(bench, record) {
      const service = await hotpodService(bench, [], { source: LEAKING_SERVICE });
      const { hotpod } = service;
      const goroutines = async (): Promise<number> =>
        Number(await answered(bench, hotpod.port, "/goroutines"));
      const before = await goroutines();
      for (let update = 1; update <= RELOADS; update += 1) await service.update(`v${update + 1}`);
      record.count("growth", (await goroutines()) - before);
      recordUpdates(record, hotpod, bench.clock.nowMs());
    },
  };
}

function hotpodBinding(): Arm {
  return {
    ...{ name: "hotpod-binding", side: "after", label: "hotpod run, the service binds by itself" },
    needs: ["seccomp-notify"],
    predictions: [
      predict("tried", equals(STARTS), "every version came to serve"),
      predict("inUse", equals(0), "the kernel tells hotpod of each bind, and it succeeds"),
      predict("version", equals(`v${STARTS + 1}`), "the last one serves"),
    ],
    async run(bench, record) {
      const env = { HOST: bench.network.host };
      const service = await hotpodService(bench, ["--handover", "transparent"], { env });
      for (let update = 1; update <= STARTS; update += 1) await service.update(`v${update + 1}`);
      record.text("version", await answered(bench, service.hotpod.port));
      recordUpdates(record, service.hotpod, bench.clock.nowMs());
    },
  };
}

function recordUpdates(record: Recorder, { notices, output }: LabHotpod, nowMs: number): void {
  const updates = notices.items.filter((one) => one.kind === "promoted" && one.previous !== null);
  record.count("tried", updates.length);
  const refused = output.filter((line) => line.includes("address already in use"));
  record.count("inUse", refused.length, updates.length);
  drawNotices(record, notices.items, nowMs);
}

async function startLeaking(bench: LabBench, env: Record<string, string>): Promise<LabProcess> {
  const program = await bench.goProgram("leaking-service", LEAKING_SERVICE);
  return bench.processes.start([program], { env });
}

/** What the leaking service says of that reload. Rejects when it ends before. */
async function reloaded(
  service: LabProcess,
  reload: number,
): Promise<{ readonly goroutines: number; readonly words: string }> {
  const begin = `reload ${reload} `;
  const isOf = ({ text }: { text: string }): boolean => text.startsWith(begin);
  const { text } = await service.lines.until(begin, isOf, 0, PATIENCE_MS);
  const [goroutines = "", ...words] = text.slice(begin.length).split(" ");
  return { goroutines: Number(goroutines), words: words.join(" ") };
}
