import { hotpodService } from "#lab/chapter-1/hotpod-service.js";
import { above, atLeast, atMost, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { BAD_CANDIDATES, type BadCandidate } from "#lab/programs/bad-candidates.js";
import { startAir } from "#lab/programs/builds/air.js";
import { nodeService } from "#lab/programs/node-service.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import { RELOAD_MODEL } from "#lab/programs/reload-model.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabHotpod, LoadEnd } from "#ports/lab/lab-bench.js";

const CLIENTS = { path: "/", connections: 8, ratePerSecond: 50, thinkMs: 20 };
const PATIENCE_MS = 60_000;

export const l411: Scenario = {
  id: "L411",
  chapter: 4,
  title: "Candidates that must not serve",
  claim: "A hot update must not take the service down when the new version is bad.",
  story: {
    before:
      "A reload tool (a model of air, and air itself where it is installed) gets a version that ends at its start, and one that answers 503 to everything, while clients ask.",
    after:
      "hotpod gets five: one that ends at its start, one that is never ready, one that binds its own port although it is to inherit a socket (handover inherit), one that crashes 1.5 s after it was promoted, and one that ignores SIGTERM and is then replaced. The one that binds its own port comes once more, with the default, handover auto: there it is no bad version, for hotpod exchanges what it binds.",
  },
  correction: null,
  advice: [
    "End on SIGTERM, once what is under way is answered.",
    "Start the new version beside the old one, and ask it before any client does (ready.http).",
    "Leave handover at auto: a version that comes to bind its own port then serves as well. With inherit it never does.",
    "Keep a probation in which a failure goes back by itself; it needs an artifact to go back to, which recipe none has not.",
  ],
  rules: ["HP1001", "HP1005", "HP801"],
  settings: ["ready.http", "ready.timeout", "probation", "rollback", "drain.timeout", "handover"],
  needs: ["linux"],
  budgetSeconds: 30,
  timed: false,
  tags: ["traffic"],
  measures: {
    requests: { about: "requests of the clients", unit: "requests" },
    failed: { about: "requests that failed", unit: "requests" },
    reasons: { about: "how they failed", unit: "" },
    outcome: { about: "what became of the candidate, by hotpod's own word", unit: "" },
    version: { about: "what a client is answered at the end", unit: "" },
    killed: { about: "old generations that had to be killed", unit: "generations" },
  },
  arms: [
    reloaded("tool-exits", "exits", "model of air, the candidate ends at its start", []),
    reloaded("tool-503", "never-ready", "model of air, the candidate answers 503", []),
    reloaded("air-exits", "exits", "air, the candidate ends at its start", ["air"]),
    reloaded("air-503", "never-ready", "air, the candidate answers 503", ["air"]),
    refused("hotpod-exits", "exits", "ends at its start", /^candidate-failed: exited/),
    refused(
      "hotpod-never-ready",
      "never-ready",
      "is never ready",
      /^candidate-failed: ready-timeout/,
    ),
    refused(
      "hotpod-own-port",
      "own-port",
      "binds its own port, handover inherit",
      /^candidate-failed: (exited|ready-timeout)/,
      ["--handover", "inherit"],
    ),
    ownPortByDefault(),
    crashes(),
    ignoresTerm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed",
      when: [
        predict("tool-exits.failed", above(0), "a tool that stops first takes it down"),
        predict("hotpod-exits.failed", equals(0), "and it need not be so"),
        predict("hotpod-never-ready.failed", equals(0), "whatever the fault"),
      ],
    },
  ],
  headline: { before: "tool-exits.failed", after: "hotpod-exits.failed", about: "failed requests" },
  byHand: `hotpod run --ready-http /healthz -- node app.mjs &
while :; do curl -fsS http://127.0.0.1:8080/ || echo FAILED; sleep 0.1; done &
echo 'process.exit(1)' > app.mjs      # the log: generation 2 never served; no FAILED appears
# A version that binds process.env.PORT itself: the log says "hand-over transparent", and it serves.
# The same after hotpod run --handover inherit …: generation 2 never served`,
};

function reloaded(name: string, kind: BadCandidate, label: string, needs: Arm["needs"]): Arm {
  return {
    ...{ name, side: "before", label, needs },
    predictions: [
      predict("failed", above(10), "the old one was stopped, the new one does not serve"),
    ],
    async run(bench, record) {
      const { clock, files, folder, network } = bench;
      const port = await network.freePort();
      const cwd = `${folder}/service`;
      files.makeFolder(cwd);
      files.write(`${cwd}/app.mjs`, nodeService("v1"));
      const env = { WATCH: `${cwd}/app.mjs`, PORT: `${port}`, HOST: network.host };
      if (needs.includes("air")) {
        await startAir(bench, { cwd, build: "true", command: "exec node app.mjs", env });
      } else {
        files.write(`${folder}/tool.mjs`, RELOAD_MODEL);
        await bench.processes.start(["node", "../tool.mjs", "node", "app.mjs"], { cwd, env });
      }
      await network.untilAnswered(port, PATIENCE_MS);
      const load = await bench.load({ port, ...CLIENTS });
      await clock.wait(500);
      files.write(`${folder}/next.mjs`, BAD_CANDIDATES[kind]);
      files.rename(`${folder}/next.mjs`, `${cwd}/app.mjs`);
      record.mark("bad save");
      // A tool on a busy machine takes its time to notice.
      const deadline = clock.nowMs() + PATIENCE_MS;
      while (load.counts().failed === 0 && clock.nowMs() < deadline) await clock.wait(10);
      await clock.wait(1_500);
      writeLoad(record, await load.stop());
    },
  };
}

function refused(
  name: string,
  kind: BadCandidate,
  label: string,
  outcome: RegExp,
  args: readonly string[] = [],
): Arm {
  return {
    ...{ name, side: "after", label: `hotpod run, the candidate ${label}`, needs: [] },
    predictions: [
      predict("failed", equals(0), "it never had a client"),
      predict("outcome", matches(outcome), "the reason is named"),
      predict("version", equals("v1"), "the old one serves on"),
    ],
    run: (bench, record) => decided(bench, record, kind, args),
  };
}

/** The same version without a word about the hand-over: hotpod finds out, and there is nothing bad about it. */
function ownPortByDefault(): Arm {
  return {
    ...{ name: "hotpod-own-port-auto", side: "after" },
    label: "hotpod run, the candidate binds its own port, handover auto (the default)",
    needs: ["seccomp-notify"],
    predictions: [
      predict(
        "failed",
        atMost(CLIENTS.connections),
        "what it binds is a socket beside the old one's; a kept connection may meet the old one's end",
      ),
      predict("outcome", equals("handover-chosen: transparent"), "hotpod saw it bind, and says so"),
      predict("version", equals("v2"), "it serves"),
    ],
    run: (bench, record) => decided(bench, record, "own-port", []),
  };
}

/** Saves that candidate and waits until hotpod has promoted or refused it. */
function decided(
  bench: LabBench,
  record: Recorder,
  kind: BadCandidate,
  args: readonly string[],
): Promise<void> {
  return underLoad(bench, record, args, async ({ save, hotpod }) => {
    const from = hotpod.notices.items.length;
    save(BAD_CANDIDATES[kind]);
    record.mark("the save");
    const isDecided = (one: { kind: string }): boolean =>
      one.kind === "candidate-failed" || one.kind === "promoted";
    const end = await hotpod.notices.until("what becomes of it", isDecided, from, PATIENCE_MS);
    record.text("outcome", outcomeOf(hotpod, from));
    if (end.kind === "candidate-failed") return;
    const isDrained = (one: { kind: string }): boolean => one.kind === "drain-ended";
    await hotpod.notices.until("the old one's end", isDrained, from, PATIENCE_MS);
  });
}

/**
 * Ready, promoted, and gone: what is under way in that moment is lost, nothing else. To go back there has to be an artifact of the version
 * before, so this service is built.
 */
function crashes(): Arm {
  return {
    ...{ name: "hotpod-crashes", side: "after", label: "hotpod run, crashes after its promotion" },
    needs: ["go"],
    predictions: [
      predict("failed", atMost(CLIENTS.connections + 5), "at most what was under way"),
      predict("outcome", matches(/^rolled-back: exited/), "within the probation hotpod goes back"),
      predict("version", equals("v1"), "to the version before"),
    ],
    async run(bench, record) {
      const service = await hotpodService(bench);
      const { hotpod } = service;
      const load = await bench.load({ port: hotpod.port, ...CLIENTS });
      const from = hotpod.notices.items.length;
      service.saveVersion("crash");
      record.mark("bad save");
      const isBack = (one: { kind: string }): boolean => one.kind === "rolled-back";
      await hotpod.notices.until("the way back", isBack, from, PATIENCE_MS);
      const back = hotpod.notices.items.length;
      const isPromoted = (one: { kind: string }): boolean => one.kind === "promoted";
      await hotpod.notices.until("the version before", isPromoted, back - 1, PATIENCE_MS);
      await bench.clock.wait(500);
      writeLoad(record, await load.stop());
      record.text("outcome", outcomeOf(hotpod, from));
      const question = { port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS };
      const end = await bench.network.ask(question);
      record.text("version", end.kind === "answered" ? end.body.trim() : "nothing");
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

function ignoresTerm(): Arm {
  return {
    ...{ name: "hotpod-ignores-term", side: "after", label: "hotpod run, ignores SIGTERM" },
    needs: [],
    predictions: [
      predict("killed", atLeast(1), "after drain.timeout it is killed"),
      predict(
        "failed",
        atMost(2 * CLIENTS.connections),
        "new connections had moved; who still had a kept one may meet the kill",
      ),
      predict("version", equals("v3"), "the next version serves"),
    ],
    run: (bench, record) =>
      underLoad(bench, record, [], async ({ save, hotpod }) => {
        const promoted = (one: { kind: string }): boolean => one.kind === "promoted";
        let from = hotpod.notices.items.length;
        save(BAD_CANDIDATES["ignores-term"]);
        await hotpod.notices.until("the stubborn one", promoted, from, PATIENCE_MS);
        from = hotpod.notices.items.length;
        save(nodeService("v3"));
        record.mark("the next save");
        await hotpod.notices.until("the next one", promoted, from, PATIENCE_MS);
        const isKilled = (one: LabHotpod["notices"]["items"][number]): boolean =>
          one.kind === "drain-ended" && one.killed;
        await hotpod.notices.until("the kill", isKilled, from, PATIENCE_MS);
        record.count("killed", hotpod.notices.items.filter(isKilled).length);
      }),
  };
}

/** The service under hotpod, clients that ask it, and what is done meanwhile. */
async function underLoad(
  bench: LabBench,
  record: Recorder,
  args: readonly string[],
  act: (service: Awaited<ReturnType<typeof nodeUnderHotpod>>) => Promise<void>,
): Promise<void> {
  const flags = ["--ready-http", "/healthz", "--ready-timeout", "3s", "--drain-timeout", "2s"];
  // Who binds for itself stays on the scenario's own address.
  const env = { HOST: bench.network.host };
  const service = await nodeUnderHotpod(bench, [...flags, ...args], env);
  const { hotpod } = service;
  const load = await bench.load({ port: hotpod.port, ...CLIENTS });
  await act(service);
  await bench.clock.wait(500);
  writeLoad(record, await load.stop());
  record.text("version", (await service.answer(PATIENCE_MS)) ?? "nothing");
  drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
}

/** `candidate-failed: exited` */
function outcomeOf(hotpod: LabHotpod, from: number): string {
  for (const notice of hotpod.notices.items.slice(from)) {
    if (notice.kind === "candidate-failed") return `${notice.kind}: ${notice.why.kind}`;
    if (notice.kind === "handover-chosen") return `${notice.kind}: ${notice.handover}`;
    if (notice.kind === "rolled-back") return `${notice.kind}: ${notice.why.kind}`;
  }
  return "none";
}

function writeLoad(record: Recorder, end: LoadEnd): void {
  record.count("requests", end.requests);
  record.count("failed", end.failed, end.requests);
  record.text(
    "reasons",
    end.failures.map(({ reason, count }) => `${count} ${reason}`).join(", ") || "none",
  );
  record.traffic(end.beganMs, end.timeline);
}
