import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ArmContext, ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods, startPod } from "#lab/cluster/follow-pod.js";
import { FOREVER, POLITE, pause } from "#lab/cluster/pods/programs.js";
import {
  above,
  atLeast,
  below,
  equals,
  matches,
  type Prediction,
  predict,
} from "#lab/judge/prediction.js";
import type { ExecSeen } from "#model/kube/probe-seen.js";

const TARGET = "/tmp/main";
/** What is run, and replaced: a script of some size, of which a shell reads no more than its beginning. */
const SOURCE = [
  "echo '#!/bin/sh' >/tmp/source",
  "echo 'exit 0' >>/tmp/source",
  "dd if=/dev/zero bs=1048576 count=4 2>/dev/null >>/tmp/source",
  "chmod 755 /tmp/source",
  `cp /tmp/source ${TARGET}`,
].join("; ");
const REPLACEMENTS = 150;
/** From its start on, over and over: so long the file is whole, and so long it is not. */
const [WHOLE, GAP] = [6, 6];
const LIVENESS = {
  ...{ initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 3 },
  // A node that others use may take its time to start a command.
  timeoutSeconds: 5,
};
const PATIENCE_MS = 180_000;
/** So long a pod is watched that nothing happens to: two gaps and more. */
const WATCHED_MS = 25_000;

/** How a file is not whole for some seconds at a time. */
interface Incomplete {
  readonly command: readonly string[];
  /** Begins it, and ends it. */
  readonly begin: string;
  readonly end: string;
  /** What a probe finds meanwhile. */
  readonly seen: ExecSeen;
}

const ABSENT: Incomplete = {
  command: [TARGET],
  ...{ begin: `rm ${TARGET}`, end: `cp /tmp/source /tmp/next; mv /tmp/next ${TARGET}` },
  seen: { kind: "not-found", why: "absent" },
};
const BY_SHELL: Incomplete = {
  ...ABSENT,
  command: ["sh", "-c", TARGET],
  seen: { kind: "exited", code: 127, stdout: "", stderr: `sh: ${TARGET}: not found\n` },
};
const BUSY: Incomplete = {
  command: [TARGET],
  ...{ begin: `exec 3>>${TARGET}`, end: "exec 3>&-" },
  seen: { kind: "execve-failed", why: "ETXTBSY" },
};

export const l101Pods: ClusterScenario = {
  id: "L101",
  measures: {
    ...BESIDE_MEASURES,
    replaced: { about: "times the file was replaced", unit: "times" },
    starts: { about: "starts of the file in the pod while it was replaced", unit: "starts" },
    failed: { about: "of them those that failed", unit: "starts" },
    told: { about: "failed probes that the kubelet told of", unit: "probes" },
    event: { about: "the kubelet's first event", unit: "" },
    restarts: { about: "restarts of the container", unit: "restarts" },
  },
  arms: [
    replacing("pod-rename", "a real pod: copy beside it, then mv, in one volume", "/tmp/next", [
      predict("failed", equals(0), "rename(2) leaves no gap"),
      predict("told", equals(0), "so the kubelet's probe of the same file always finds it"),
      predict("restarts", equals(0), "and kills nothing"),
    ]),
    replacing("pod-volumes", "a real pod: mv from another volume", "/other/next", [
      predict("failed", above(0), "two volumes are two mounts: mv unlinks, then copies"),
      predict("failed", below({ measure: "starts", times: 0.9 }), "in between it is there"),
    ]),
    incomplete("pod-absent", "a real pod: rm, a slow copy", ABSENT, [
      predict("restarts", equals(0), "what the look-up does not find is not counted"),
      predict("event", matches(/^Liveness probe errored.*no such file/s), "though it is told"),
    ]),
    incomplete("pod-absent-shell", "a real pod: the same, the probe wrapped in sh -c", BY_SHELL, [
      predict("restarts", atLeast(1), "the shell was found, and ended with 127"),
      predict("event", matches(/^Liveness probe failed.*not found/s), "the shell's words"),
    ]),
    incomplete("pod-busy", "a real pod: the file is written in its place, slowly", BUSY, [
      predict("restarts", atLeast(1), "a file that is open for writing is found, and not run"),
      predict("event", matches(/^Liveness probe failed.*text file busy/is), "ETXTBSY"),
    ]),
  ],
  verdicts: [
    {
      verdict: "confirmed",
      when: [predict("pod-rename.failed", above(0), "then mv itself would be the cause")],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-rename.failed", equals(0), "a rename leaves no gap"),
        predict("pod-volumes.failed", above(0), "mv between two volumes does"),
      ],
    },
    { verdict: "refuted", when: [predict("pod-volumes.failed", equals(0), "nothing leaves one")] },
  ],
  headline: {
    measure: "pod-volumes.failed",
    about: "failed starts in a real pod (mv between volumes)",
  },
};

/** The file is started as fast as a shell can, and replaced by `mv` from there. */
function replacing(
  name: string,
  label: string,
  next: string,
  predictions: readonly Prediction[],
): ClusterArm {
  const isProbed = name === "pod-rename";
  const replace = `cp /tmp/source ${next}; mv -f ${next} ${TARGET}; sleep 0.05; n=$((n+1))`;
  const writer = `(n=0; while [ $n -lt ${REPLACEMENTS} ]; do ${replace}; done; echo "replaced $n"; : >/tmp/done) &`;
  const start = `${TARGET} 2>/dev/null || failed=$((failed+1)); starts=$((starts+1)); sleep 0.01`;
  const starter = `starts=0; failed=0; until [ -e /tmp/done ]; do ${start}; done`;
  const tell = 'echo "starts $starts"; echo "failed $failed"; echo over';
  return {
    ...{ name, label, seconds: 30 },
    predictions: [
      predict("replaced", equals(REPLACEMENTS), "the writer came to its end"),
      predict("starts", atLeast(100), "fewer starts would prove nothing"),
      ...predictions,
    ],
    async run(context) {
      const { record } = context;
      const exec = { command: [TARGET] };
      const fields = { ...LIVENESS, initialDelaySeconds: 5 };
      const pod = await startPod(context, context.prefix, {
        program: `${POLITE}; ${SOURCE}; ${writer} ${starter}; ${tell}; ${FOREVER}`,
        otherVolume: true,
        ...(isProbed ? { livenessProbe: { exec, ...fields } } : {}),
      });
      await pod.log.seen("started", 1, PATIENCE_MS);
      const figures = await figuresOf(context);
      pod.log.end();
      record.count("replaced", figures("replaced"));
      record.count("starts", figures("starts"));
      record.count("failed", figures("failed"), figures("starts"));
      record.count("told", pod.log.count("Unhealthy"));
      record.count("restarts", pod.log.count("started") - 1);
      return [];
    },
  };
}

/** What the pod says at its end: `starts 812`. */
async function figuresOf({ bench, prefix }: ArmContext): Promise<(key: string) => number> {
  const said = bench.followLog(prefix);
  await said.until("its end", ({ text }) => text === "over", 0, PATIENCE_MS);
  const words = new Map(said.items.map(({ text }) => text.split(" ") as [string, string]));
  return (key) => Number(words.get(key));
}

function incomplete(
  name: string,
  label: string,
  { command, begin, end, seen }: Incomplete,
  predictions: readonly Prediction[],
): ClusterArm {
  const once = `${pause(WHOLE)}; ${begin}; ${pause(GAP)}; ${end}`;
  return {
    ...{ name, label, seconds: 45 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("told", atLeast(1), "three probes and more fall into each gap"),
      ...predictions,
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: 1,
        asked: {
          program: `${POLITE}; ${SOURCE}; while :; do ${once}; done`,
          livenessProbe: { exec: { command }, ...LIVENESS },
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0, healthy: () => true },
          answers: (_, age) => {
            if (age % (WHOLE + GAP) < WHOLE) return { kind: "success", output: "" };
            return execOutcome(command, seen, context.version.runtime);
          },
        },
        until: async ({ log }) => {
          if (name !== "pod-absent") return log.seen("started", 2, PATIENCE_MS);
          await log.seen("Unhealthy", 1, PATIENCE_MS);
          return bench.clock.wait(WATCHED_MS);
        },
      });
      for (const { log } of pods) {
        record.count("told", log.count("Unhealthy"));
        record.text("event", log.lines.find(({ what }) => what === "Unhealthy")?.text ?? "none");
        record.count("restarts", log.count("started") - 1);
      }
      return beside;
    },
  };
}
