import { atMost, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { NODE_RUNTIME } from "#lab/programs/signals/node-runtime.js";
import {
  RUNTIME_NAMES,
  RUNTIME_NEEDS,
  type Runtime,
  runtimeCommand,
} from "#lab/programs/signals/runtimes.js";
import type { Arm, MeasureText, Scenario } from "#lab/scenario.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";
import { nginxArm } from "./signals/nginx-row.js";
import { GRACE_MS, runtimeArm } from "./signals/runtime-row.js";
import {
  askSlowly,
  fateOf,
  killed,
  PATIENCE_MS,
  PLACES,
  type Place,
  SIGNALS,
  SLOW_MS,
  startService,
} from "./signals/signal-try.js";

const HANDLED = {
  fates: ["exit 0", "exit 0", "told", "exit 0", "told", "told"],
  inFlight: "answered",
  because: "its handler runs, whoever it is",
} as const;
const LIVES = "lives";
const KILLED = "exit 137 after the grace";
const HOTPOD_GRACE_MS = 20_000;

export const l205: Scenario = {
  id: "L205",
  chapter: 2,
  title: "What each run time does at SIGTERM",
  claim:
    "Spring Boot handles SIGTERM by itself with a graceful stop of 30 s; Node ends at once and resets its connections; an nginx worker is graceful with -s quit.",
  story: {
    before:
      "A web service in Go, Node and Python, each without handlers and with some, and as PID 1 of a PID namespace and as an ordinary process, gets SIGTERM while a request of 1 s is under way, and each of five other signals; SIGKILL follows after 4 s. The same with `sh -c 'node app.mjs; true'` in dash and bash, and with nginx. Spring Boot is not run: the lab brings no jar.",
    after:
      "The same services, without handlers and in a shell, under hotpod as PID 1: SIGTERM to hotpod while the request is under way.",
  },
  correction:
    "Node ends at once only where it is not PID 1. As PID 1 it ignores SIGTERM, as Python does and a shell, and is killed at the end of the grace (137): the kernel drops every signal to PID 1 that has no handler. Go ends at once either way, with 2 as PID 1 and 143 else. A shell without exec never tells its child. nginx takes SIGTERM for a fast stop that cuts; SIGQUIT is the graceful one, so its image sets STOPSIGNAL SIGQUIT; SIGUSR2 (a new master) it ignores with daemon off, as in every container. A signal shown in SigCgt need not be handled: Node's and Go's own handlers end by the default action.",
  advice: [
    "Handle SIGTERM: stop accepting, answer what is under way, end.",
    "In a shell script start the service by exec, or it never hears of the stop.",
    "Never send SIGUSR1 to Node without a handler for it: it opens a debugger's port.",
    "Spring Boot: since 3.4 it waits for requests by itself; before, set server.shutdown=graceful.",
  ],
  rules: ["HP404", "HP405", "HP402", "HP409"],
  settings: ["grace", "handover", "drain.timeout"],
  needs: ["linux", "namespaces"],
  budgetSeconds: 45,
  timed: false,
  tags: ["signals", "stop"],
  measures: {
    ...Object.fromEntries(PLACES.flatMap((place) => SIGNALS.map((name) => fateText(place, name)))),
    "pid1-inflight": { about: "the request under way at SIGTERM to PID 1", unit: "" },
    "plain-inflight": {
      about: "the request under way at SIGTERM to an ordinary process",
      unit: "",
    },
    "quit-inflight": { about: "the request under way at SIGQUIT to PID 1", unit: "" },
    "pid1-took": { about: "from SIGTERM to the end as PID 1", unit: "ms" },
    "plain-took": { about: "from SIGTERM to the end as an ordinary process", unit: "ms" },
    catches: { about: "SigCgt has SIGTERM before any signal comes", unit: "" },
    debugger: { about: "processes that opened a debugger's port at SIGUSR1", unit: "processes" },
    child: { about: "the shell's child at SIGTERM to the shell as PID 1", unit: "" },
    orphan: { about: "the shell's child at SIGTERM to the shell as an ordinary process", unit: "" },
    upgrade: { about: "what nginx says of SIGUSR2", unit: "" },
  },
  arms: [
    runtimeArm({
      ...{ runtime: "go", handles: false, catches: true },
      expected: {
        pid1: {
          fates: ["exit 2", "exit 2", "exit 2", "exit 2", LIVES, LIVES],
          inFlight: "cut",
          because: "the signal that Go sends itself is dropped, so it exits with 2; two it ignores",
        },
        plain: {
          fates: ["exit 143", "exit 130", "exit 129", "exit 2", LIVES, LIVES],
          inFlight: "cut",
          because: "Go's own handler ends it by the signal; SIGUSR1 and SIGUSR2 it ignores",
        },
      },
    }),
    runtimeArm({
      ...{ runtime: "go", handles: true, catches: true },
      expected: { pid1: HANDLED, plain: HANDLED },
    }),
    runtimeArm({
      ...{ runtime: "node", handles: false, catches: true },
      expected: {
        pid1: {
          fates: [KILLED, LIVES, LIVES, LIVES, LIVES, LIVES],
          inFlight: "answered",
          because: "without a handler of the service the kernel drops what is sent to PID 1",
        },
        plain: {
          fates: ["exit 143", "exit 130", "exit 129", "exit 131", LIVES, "exit 140"],
          inFlight: "cut",
          because: "the default action ends it; SIGUSR1 is Node's own",
        },
      },
    }),
    runtimeArm({
      ...{ runtime: "node", handles: true, catches: true },
      expected: { pid1: HANDLED, plain: HANDLED },
    }),
    runtimeArm({
      ...{ runtime: "python", handles: false, catches: false },
      expected: {
        pid1: {
          fates: [KILLED, "exit 130", LIVES, LIVES, LIVES, LIVES],
          inFlight: "answered",
          because: "the kernel drops what has no handler; SIGINT has one: KeyboardInterrupt",
        },
        plain: {
          fates: ["exit 143", "exit 130", "exit 129", "exit 131", "exit 138", "exit 140"],
          inFlight: "cut",
          because: "the default action ends it",
        },
      },
    }),
    runtimeArm({
      ...{ runtime: "python", handles: true, catches: true },
      expected: { pid1: HANDLED, plain: HANDLED },
    }),
    shellArm("dash"),
    shellArm("bash"),
    nginxArm(),
    hotpodArm("go"),
    hotpodArm("node"),
    hotpodArm("python"),
    hotpodShell(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("node.plain-inflight", equals("cut"), "Node does end at once"),
        predict("node.pid1-TERM", equals(KILLED), "but not as PID 1"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("node.pid1-inflight", equals("cut"), "Node ends at once as PID 1 as well")],
    },
    {
      verdict: "refuted",
      when: [predict("node.plain-inflight", equals("answered"), "Node does not end at once")],
    },
  ],
  headline: {
    before: "node.pid1-TERM",
    after: "hotpod-node.pid1-TERM",
    about: "at SIGTERM to PID 1, Node without a handler",
  },
  byHand: `# as PID 1 of a PID namespace: not dead until SIGKILL
sudo unshare --pid --fork --mount-proc node -e 'setInterval(() => {}, 1000)' & sleep 1
pid=$(pgrep -nf setInterval); grep SigCgt /proc/$pid/status; sudo kill -TERM $pid; sleep 1; ps $pid; sudo kill -KILL $pid
# as an ordinary process: 143
node -e 'setInterval(() => {}, 1000)' & sleep 1; kill -TERM $!; wait $!; echo $?`,
};

function fateText(place: Place, name: string): [string, MeasureText] {
  const who = place === "pid1" ? "PID 1" : "an ordinary process";
  return [`${place}-${name}`, { about: `SIG${name} to ${who}`, unit: "" }];
}

/** Its child has handlers; it is the shell that has none. */
function shellArm(shell: "dash" | "bash"): Arm {
  return {
    ...{ name: shell, side: "before", label: `${shell} -c 'node app.mjs; true'`, needs: [shell] },
    predictions: [
      predict("pid1-TERM", equals(KILLED), "the shell has no handler, and is PID 1"),
      predict("child", equals("not told"), "a shell passes no signal on"),
      predict("plain-TERM", equals("exit 143"), "the default action ends the shell"),
      predict("orphan", equals("serves on, not told"), "and leaves its child behind"),
    ],
    async run(bench, record) {
      const { files, folder, network } = bench;
      files.write(`${folder}/app.mjs`, NODE_RUNTIME);
      const argv = [shell, "-c", "node app.mjs; true"];
      const env = { HANDLE: "1" };
      const [inner, outer] = await Promise.all([
        startService(bench, "pid1", { argv, env, ready: "says-up" }),
        startService(bench, "plain", { argv, env, ready: "says-up" }),
      ]);
      const toldOf = ({ process }: typeof inner): string =>
        process.lines.items.some(({ text }) => text === "told SIGTERM") ? "told" : "not told";
      const [held, left] = await Promise.all([
        fateOf(bench, inner, "TERM", GRACE_MS),
        fateOf(bench, outer, "TERM", GRACE_MS),
      ]);
      record.text("child", toldOf(inner));
      const code = await killed(inner);
      record.text("pid1-TERM", held.tookMs === null ? `exit ${code} after the grace` : held.words);
      record.text("plain-TERM", left.words);
      const { kind } = await network.ask({ port: outer.port, path: "/", timeoutMs: PATIENCE_MS });
      record.text("orphan", kind === "answered" ? `serves on, ${toldOf(outer)}` : "gone");
    },
  };
}

function hotpodArm(runtime: Runtime): Arm {
  return {
    ...{ name: `hotpod-${runtime}`, side: "after" },
    needs: ["seccomp-notify", ...RUNTIME_NEEDS[runtime]],
    label: `hotpod run as PID 1, ${RUNTIME_NAMES[runtime]} without a handler`,
    predictions: afterPredictions(),
    run: async (bench, record) => stopped(bench, record, await runtimeCommand(bench, runtime)),
  };
}

function hotpodShell(): Arm {
  return {
    ...{ name: "hotpod-shell", side: "after", needs: ["seccomp-notify"] },
    label: "hotpod run as PID 1, sh -c 'node app.mjs; true'",
    predictions: afterPredictions(),
    run(bench, record) {
      bench.files.write(`${bench.folder}/app.mjs`, NODE_RUNTIME);
      return stopped(bench, record, ["sh", "-c", "node app.mjs; true"]);
    },
  };
}

function afterPredictions(): Arm["predictions"] {
  return [
    predict("pid1-inflight", equals("answered"), "hotpod awaits it before it sends SIGTERM on"),
    predict("pid1-TERM", equals("exit 143"), "the service's own end is hotpod's exit code"),
    predict("pid1-took", atMost(HOTPOD_GRACE_MS), "within the grace, and without SIGKILL"),
  ];
}

/** SIGTERM to hotpod with a request under way. */
async function stopped(
  bench: LabBench,
  record: Parameters<Arm["run"]>[1],
  command: readonly string[],
): Promise<void> {
  const { clock, folder, network } = bench;
  const flags = ["--recipe", "none", "--grace", `${HOTPOD_GRACE_MS}ms`];
  const hotpod = await bench.hotpod({
    ...{ cwd: folder, namespace: "pid", args: [...flags, "--", ...command] },
    env: { HOST: network.host, SLOW_MS: `${SLOW_MS}` },
  });
  const inFlight = askSlowly(bench, hotpod.port);
  await untilOutput(bench, hotpod, "asked");
  const atMs = clock.nowMs();
  record.mark("SIGTERM");
  const end = await hotpod.stop();
  record.count("pid1-took", Math.round(clock.nowMs() - atMs));
  record.text("pid1-TERM", `exit ${end}`);
  record.text("pid1-inflight", await inFlight);
  drawNotices(record, hotpod.notices.items, clock.nowMs());
}

async function untilOutput({ clock }: LabBench, hotpod: LabHotpod, words: string): Promise<void> {
  const deadline = clock.nowMs() + PATIENCE_MS;
  while (!hotpod.output.some((line) => line.includes(words))) {
    if (clock.nowMs() > deadline) throw new Error(`nobody said ${words}`);
    await clock.wait(20);
  }
}
