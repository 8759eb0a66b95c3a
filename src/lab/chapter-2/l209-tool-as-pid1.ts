import { differs, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { exitCodeOf } from "#lab/probe/real-host.js";
import { CHILD_CODE, TOLD_CHILD } from "#lab/programs/builds/told-child.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { orphansLeft, toldIn } from "./builds/pid-1.js";
import { RELOAD_TOOLS, type ReloadTool } from "./builds/reload-tools.js";

/** Real ms. */
const [GRACE_MS, DRAIN_MS, AFTER_CRASH_MS, PATIENCE_MS] = [5_000, 300, 1_000, 60_000];
const SETTLE_MS = 1_000;
const ORPHANS = 50;
const [LIVES_ON, ANSWERS, ENDED] = ["runs, and answers nobody", "answers again", "has ended"];

export const l209: Scenario = {
  id: "L209",
  chapter: 2,
  title: "A reload tool as the container's main process",
  claim: "A reload tool that is PID 1 of a container keeps the pod's stop from the service.",
  story: {
    before:
      "A service that logs what it is told, drains for 0.3 s and ends with 7, under each reload tool that is installed and under a model of air, as PID 1 of a PID namespace. It starts fifty processes that outlive their parents. Then PID 1 gets SIGTERM, and SIGKILL 5 s later where it is still there. Then, started anew, the service crashes.",
    after: "The same service under hotpod as PID 1.",
  },
  correction:
    "It depends on the tool. air, CompileDaemon and nodemon --exec kill it untold; reflex sends SIGINT; CompileDaemon -graceful-kill and `nodemon app.mjs` pass SIGTERM on. entr passes it on and then cannot end, for the kernel drops the SIGTERM that PID 1 raises against itself; in a pipe the shell is PID 1 and tells nobody: both are killed at the end of the grace. Common to all: the exit code is not the service's, orphans stay as zombies (the shell and in part entr reap them), and after a crash the container runs on and answers nobody.",
  advice: [
    "Let a supervisor that passes SIGTERM on, reaps and ends as the service ends be PID 1: hotpod, or an init with the service below it.",
    "Where a reload tool has to stay: `exec` it, set its graceful option (air: send_interrupt with kill_delay; CompileDaemon: -graceful-kill) and an init before it.",
    "With any tool, set a liveness or readiness probe on the service itself: the container does not end when it crashes.",
  ],
  rules: ["HP401", "HP402", "HP405"],
  settings: ["grace", "drain.timeout", "crash.restarts"],
  needs: ["linux", "namespaces"],
  budgetSeconds: 60,
  timed: false,
  tags: ["signals", "stop", "tools"],
  measures: {
    told: { about: "what the service was told at the stop", unit: "" },
    drained: { about: "services that came to the end of their drain", unit: "services" },
    code: { about: "exit code of the container", unit: "" },
    killed: {
      about: "containers that had to be killed at the end of the grace",
      unit: "containers",
    },
    took: { about: "from SIGTERM to the end of the container", unit: "ms" },
    zombies: { about: "of fifty orphans, those that stayed as zombies", unit: "processes" },
    crash: { about: "the container after a crash of the service", unit: "" },
  },
  arms: [...RELOAD_TOOLS.map(toolArm), hotpodArm()],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("model.told", equals("none"), "some tools keep it from the service"),
        predict("model.crash", equals(LIVES_ON), "and all hide its end"),
        predict("hotpod.told", equals("SIGTERM"), "a supervisor passes it on"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("model.told", matches(/^SIGTERM/), "the service is told")],
    },
  ],
  headline: { before: "model.told", after: "hotpod.told", about: "told at the pod's stop" },
  byHand: `cat > app.mjs <<'END'
process.on("SIGTERM", () => { console.log("told SIGTERM"); process.exit(7); });
setInterval(() => {}, 1000); console.log("up");
END
# as root; without it: unshare --user --map-root-user --pid …
unshare --pid --fork --mount-proc --kill-child -- nodemon --exec 'node app.mjs; true' & sleep 3
kill -TERM "$(pgrep -P $!)"; wait $!; echo "ended with $?"   # no "told SIGTERM", and not 7`,
};

function toolArm(tool: ReloadTool): Arm {
  const { name, label, needs, told, ends, zombies } = tool;
  return {
    ...{ name, side: "before", label: `${label} is PID 1`, needs },
    predictions: [
      predict("told", matches(told[0]), told[1]),
      predict("code", differs(CHILD_CODE), "it is the tool's own, not the service's"),
      ends
        ? predict("killed", equals(0), "the tool ends when it is told to")
        : predict("killed", equals(1), "PID 1 does not end by a signal it has no handler for"),
      ...(zombies === null
        ? []
        : [predict("zombies", equals(zombies), "the tool waits for its own child only")]),
      predict("crash", equals(LIVES_ON), "it waits for the next change of a file"),
    ],
    async run(bench, record) {
      const { clock, network } = bench;
      const stopped = await begin(bench, tool, "stop");
      const { process } = stopped;
      const make = () =>
        network.ask({ port: stopped.port, path: "/orphans", timeoutMs: PATIENCE_MS });
      record.count("zombies", await orphansLeft(bench, process.pid, make, SETTLE_MS), ORPHANS);
      const sentMs = clock.nowMs();
      process.signal("SIGTERM");
      const inTime = await Promise.race([
        process.exited.then(() => true),
        clock.wait(GRACE_MS).then(() => false),
      ]);
      if (!inTime) process.signal("SIGKILL");
      record.count("code", exitCodeOf(await process.exited));
      record.count("killed", inTime ? 0 : 1);
      record.spread("took", [clock.nowMs() - sentMs]);
      record.text("told", toldIn(bench.files.read(stopped.log)));
      record.count("drained", bench.files.read(stopped.log).includes("drained") ? 1 : 0);
      const crashed = await begin(bench, tool, "crash");
      const ended = crashed.process.exited.then(() => true);
      await network.ask({ port: crashed.port, path: "/crash", timeoutMs: PATIENCE_MS });
      const gone = await Promise.race([ended, clock.wait(AFTER_CRASH_MS).then(() => false)]);
      const { connected } = await network.connect(crashed.port, PATIENCE_MS);
      record.text("crash", gone ? ENDED : connected ? ANSWERS : LIVES_ON);
    },
  };
}

/** The tool as PID 1, with the service in a folder of its own, once it answers. */
async function begin(bench: LabBench, tool: ReloadTool, name: string) {
  const { files, folder, network, processes } = bench;
  const cwd = `${folder}/${name}`;
  files.makeFolder(cwd);
  files.write(`${cwd}/app.mjs`, TOLD_CHILD);
  const port = await network.freePort();
  const log = `${folder}/${name}.log`;
  const env = {
    ...{ LOG: log, PORT: `${port}`, HOST: network.host, DRAIN_MS: `${DRAIN_MS}` },
    WATCH: `${cwd}/app.mjs`,
  };
  const process = await processes.start(tool.command(bench, cwd), { cwd, env, namespace: "pid" });
  await network.untilAnswered(port, PATIENCE_MS);
  return { process, port, log };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod is PID 1", needs: [] },
    predictions: [
      predict("told", equals("SIGTERM"), "hotpod passes the stop on"),
      predict("drained", equals(1), "and waits for the drain"),
      predict("code", equals(CHILD_CODE), "the container ends as its service does"),
      predict("killed", equals(0), "within the grace"),
      predict("zombies", equals(0), "as PID 1 hotpod reaps every orphan"),
      predict("crash", equals(ANSWERS), "hotpod starts it again"),
    ],
    async run(bench, record) {
      const { clock, files, folder, network } = bench;
      const cwd = `${folder}/service`;
      files.makeFolder(cwd);
      files.write(`${cwd}/app.mjs`, TOLD_CHILD);
      const start = (log: string) =>
        bench.hotpod({
          cwd,
          env: { LOG: log, DRAIN_MS: `${DRAIN_MS}` },
          namespace: "pid",
          args: ["--recipe", "none", "--grace", "30s", "--", "node", "app.mjs"],
        });
      const [stop, crash] = [`${folder}/stop.log`, `${folder}/crash.log`];
      const first = await start(stop);
      const make = () =>
        network.ask({ port: first.port, path: "/orphans", timeoutMs: PATIENCE_MS });
      record.count("zombies", await orphansLeft(bench, first.pid, make, PATIENCE_MS), ORPHANS);
      const sentMs = clock.nowMs();
      const code = exitCodeOf(await first.stop());
      record.count("code", code);
      record.count("killed", code === 137 ? 1 : 0);
      record.spread("took", [clock.nowMs() - sentMs]);
      record.text("told", toldIn(files.read(stop)));
      record.count("drained", files.read(stop).includes("drained") ? 1 : 0);
      const second = await start(crash);
      const from = second.notices.items.length;
      await network.ask({ port: second.port, path: "/crash", timeoutMs: PATIENCE_MS });
      const isReady = ({ kind }: { kind: string }): boolean => kind === "generation-ready";
      await second.notices.until("the next start", isReady, from, PATIENCE_MS);
      const end = await network.ask({ port: second.port, path: "/", timeoutMs: PATIENCE_MS });
      record.text("crash", end.kind === "answered" ? ANSWERS : LIVES_ON);
      drawNotices(record, [...first.notices.items, ...second.notices.items], clock.nowMs());
    },
  };
}
