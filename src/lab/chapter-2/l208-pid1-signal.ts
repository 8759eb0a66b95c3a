import { equals, matches, predict } from "#lab/judge/prediction.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import { type Fates, fatesOf } from "./signals/fates.js";
import { hotpodConfig, hotpodSignals } from "./signals/hotpod-arms.js";
import { initArm } from "./signals/init-arm.js";
import { toolArms } from "./signals/tool-arms.js";

const SENT = ["USR1", "USR2", "TERM"] as const;
const HANDLED = "USR1 told, USR2 told, TERM exit 0";

export const l208: Scenario = {
  id: "L208",
  chapter: 2,
  title: "SIGUSR1 and SIGUSR2 to PID 1",
  claim:
    "Reload tools tell the service of a change by SIGUSR1 or SIGUSR2; the kernel forbids SIGUSR1 to PID 1; an init such as tini mends that.",
  story: {
    before:
      "SIGUSR1, SIGUSR2 and SIGTERM to sleep and to services in Go, Node and Python: as ordinary processes, as PID 1 of a PID namespace without and with handlers, and as children of tini, dumb-init and catatonit. SIGKILL to PID 1 from inside. One reload by air and by nodemon of a program that says which signal it gets.",
    after:
      "hotpod as PID 1 with a service that says which signals it gets: SIGUSR1, SIGUSR2, SIGWINCH and SIGKILL are sent to PID 1 from inside, while an older generation drains; then a file that the service is to be told of by SIGUSR1 changes.",
  },
  correction:
    "Nothing is forbidden: kill(2) returns 0, and a signal that PID 1 has no handler for is dropped, SIGTERM and, from inside, SIGKILL as well; with a handler it arrives. An init passes signals on, and then the default action counts: it ends a program that has no handler, a Go service ignores SIGUSR1 and SIGUSR2 as before, and Node opens a debugger's port. dumb-init tells every process of the session. air ends the program without a word; only nodemon uses SIGUSR2, and that to end it. A pod has no --init flag: the init has to be in the image, or shareProcessNamespace: true, or hotpod.",
  advice: [
    "Install handlers for the signals that you mean to use; then PID 1 gets them.",
    "Do not send SIGUSR1 or SIGUSR2 to a program that may have no handler: as PID 1 nothing happens, else it may end.",
    "To tell a service of new configuration use config.watch: only the serving generation is told.",
  ],
  rules: ["HP1008", "HP410", "HP411", "HP401", "HP405"],
  settings: ["config.watch"],
  needs: ["linux", "namespaces"],
  budgetSeconds: 35,
  timed: false,
  tags: ["signals"],
  measures: {
    sleep: { about: "sleep, which has no handlers", unit: "" },
    go: { about: "the service in Go", unit: "" },
    node: { about: "the service in Node", unit: "" },
    python: { about: "the service in Python", unit: "" },
    arrived: { about: "signals to PID 1 that had an effect", unit: "signals" },
    kill9: { about: "PID 1 at SIGKILL and SIGTERM from inside", unit: "" },
    refused: { about: "kill commands that failed", unit: "commands" },
    told: { about: "processes of the service that were told of one signal", unit: "processes" },
    reloads: { about: "reloads", unit: "reloads" },
    signals: { about: "what the program was told before the reload", unit: "" },
    usr1: { about: "what hotpod did at SIGUSR1", unit: "" },
    usr2: { about: "what hotpod did at SIGUSR2", unit: "" },
    meddled: { about: "signals for hotpod that reached the service", unit: "signals" },
    code: { about: "exit code at SIGTERM", unit: "" },
  },
  arms: [
    plainArm(),
    bareArm(),
    handledArm(),
    ...initArms(),
    ...toolArms(),
    hotpodSignals(),
    hotpodConfig(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pid1.sleep", equals("USR1 lives, USR2 lives, TERM lives"), "SIGUSR1 is lost"),
        predict("pid1-handler.node", equals(HANDLED), "but not forbidden"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("pid1.sleep", matches(/USR1 exit/), "SIGUSR1 arrives as PID 1 as well")],
    },
    {
      verdict: "confirmed",
      when: [predict("pid1-handler.node", matches(/USR1 lives/), "no handler of PID 1 is told")],
    },
  ],
  headline: {
    before: "pid1.arrived",
    after: "hotpod.arrived",
    about: "of 3 signals to PID 1 had an effect",
  },
  byHand: `# PID 1 of a PID namespace: the signals are dropped, and kill says 0
sudo unshare --pid --fork --mount-proc sh -c '(sleep 1; kill -USR1 1; echo $?; kill -KILL 1; echo $?; sleep 1; ps -e) & exec sleep 3'
# with an init the default action ends it: 138
sudo unshare --pid --fork --mount-proc tini -- sh -c 'kill -USR1 1; sleep 3'; echo $?`,
};

/** Functions, for the scenario above is made before what stands below it. */
function initArms(): readonly Arm[] {
  return [initArm("tini", 1), initArm("dumb-init", 2), initArm("catatonit", 1)];
}

const SUBJECTS = ["sleep", "go", "node", "python"] as const;
type Texts = Readonly<Partial<Record<(typeof SUBJECTS)[number], string>>>;

function textPredictions(texts: Texts, because: string): Arm["predictions"] {
  return Object.entries(texts).map(([key, text]) => predict(key, equals(text), because));
}

function plainArm(): Arm {
  const ends = "USR1 exit 138, USR2 exit 140, TERM exit 143";
  return {
    ...{ name: "plain", side: "before", label: "ordinary processes, no handlers" },
    needs: ["go", "python3"],
    predictions: textPredictions(
      {
        sleep: ends,
        go: "USR1 lives, USR2 lives, TERM exit 143",
        node: "USR1 lives, USR2 exit 140, TERM exit 143",
        python: ends,
      },
      "the default action ends it, but Go ignores both and Node takes SIGUSR1 for itself",
    ),
    async run(bench, record) {
      const asked = { handles: false, place: "plain", inside: false, signals: SENT } as const;
      const fates = await Promise.all(
        SUBJECTS.map((subject) => fatesOf(bench, { ...asked, subject })),
      );
      for (const { subject, words } of fates) put(record, subject, words);
    },
  };
}

function bareArm(): Arm {
  const lives = "USR1 lives, USR2 lives, TERM lives";
  const texts = { sleep: lives, go: "USR1 lives, USR2 lives, TERM exit 2" };
  return {
    ...{ name: "pid1", side: "before", label: "PID 1, no handlers, kill from inside" },
    needs: ["go", "python3"],
    predictions: [
      ...textPredictions(
        { ...texts, node: lives, python: lives },
        "the kernel drops what PID 1 has no handler for; Go has one for SIGTERM",
      ),
      predict("refused", equals(0), "kill says nothing of it"),
      predict("arrived", equals(0), "SIGUSR1 is no exception, and neither is SIGTERM"),
      predict("kill9", equals("KILL lives"), "not even SIGKILL, from inside"),
    ],
    async run(bench, record) {
      const [killed, ...fates] = await Promise.all([
        fatesOf(bench, { ...FROM_INSIDE, subject: "sleep", signals: ["KILL"] }),
        ...SUBJECTS.map((subject) => fatesOf(bench, { ...FROM_INSIDE, subject, signals: SENT })),
      ]);
      for (const { subject, words } of fates) {
        put(record, subject, words);
        const arrived = words.split(", ").filter((one) => !one.endsWith(" lives")).length;
        if (subject === "sleep") record.count("arrived", arrived, SENT.length);
      }
      record.text("kill9", killed.words);
      record.count("refused", refusals([killed, ...fates]), SUBJECTS.length * SENT.length + 1);
    },
  };
}

const put = (record: Recorder, key: string, words: string): void => record.text(key, words);

const refusals = (fates: readonly Fates[]): number =>
  fates.reduce((sum, { refused }) => sum + refused, 0);

const FROM_INSIDE = { handles: false, place: "pid1", inside: true } as const;

function handledArm(): Arm {
  const because = "a handler is all it takes";
  return {
    ...{ name: "pid1-handler", side: "before", label: "PID 1 with handlers, kill from inside" },
    needs: ["go", "python3"],
    predictions: [
      ...textPredictions({ go: HANDLED, node: HANDLED, python: HANDLED }, because),
      predict("refused", equals(0), "kill says nothing of it"),
    ],
    async run(bench, record) {
      const asked = { ...FROM_INSIDE, handles: true, signals: SENT };
      const fates = await Promise.all(
        (["go", "node", "python"] as const).map((subject) => fatesOf(bench, { ...asked, subject })),
      );
      for (const { subject, words } of fates) put(record, subject, words);
      record.count("refused", refusals(fates), fates.length * SENT.length);
    },
  };
}
