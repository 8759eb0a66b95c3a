import type { ArmContext, ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { type FollowedPod, startPod } from "#lab/cluster/follow-pod.js";
import { CONTAINER } from "#lab/cluster/pod-manifest.js";
import { FOREVER, POLITE } from "#lab/cluster/pods/programs.js";
import { atLeast, differs, equals, predict } from "#lab/judge/prediction.js";

const PATIENCE_MS = 180_000;
const END_SECONDS = 1;
/** What the image has, and the init container copies: a program that says which version it is. */
const COPY = "echo 'echo serves v1' >/tmp/main";
/** It is updated in the first life of its container, which ends soon after. */
const UPDATE =
  "echo 'echo serves v2' >/tmp/next; mv /tmp/next /tmp/main; : >/tmp/updated; sh /tmp/main";
const PROGRAM = `${POLITE}; sh /tmp/main; if [ ! -e /tmp/updated ]; then ${UPDATE}; sleep 3; exit 1; fi; ${FOREVER}`;

export const l105Pods: ClusterScenario = {
  id: "L105",
  measures: {
    first: { about: "version that serves at first", unit: "" },
    updated: { about: "version that serves after the hot update", unit: "" },
    restarted: { about: "version that serves after a restart of the container", unit: "" },
    recreated: { about: "version that serves in the pod that comes after it", unit: "" },
    inits: { about: "runs of the init container in the first pod", unit: "runs" },
    overlaps: {
      about: "containers that began before the init container had ended",
      unit: "containers",
    },
  },
  arms: [emptyDir()],
  verdicts: [
    {
      verdict: "confirmed",
      when: [predict("pod-empty-dir.overlaps", atLeast(1), "then they could race")],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-empty-dir.overlaps", equals(0), "nothing races"),
        predict(
          "pod-empty-dir.recreated",
          equals("v1"),
          "but the copy that is run again undoes it",
        ),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("pod-empty-dir.recreated", differs("v1"), "nothing undoes the update")],
    },
  ],
  headline: {
    measure: "pod-empty-dir.recreated",
    about: "served by the next real pod (v2 was deployed)",
  },
};

function emptyDir(): ClusterArm {
  return {
    ...{ name: "pod-empty-dir", label: "real pods: the program is copied to an emptyDir" },
    seconds: 30,
    predictions: [
      predict("first", equals("v1"), "what init has put there"),
      predict("updated", equals("v2"), "the hot update works"),
      predict("restarted", equals("v2"), "an emptyDir outlives the container"),
      predict("inits", equals(1), "and init is not run again for it"),
      predict("recreated", equals("v1"), "a new pod begins with an empty volume, and init"),
      predict("overlaps", equals(0), "containers start when all init containers have ended"),
    ],
    async run(context) {
      const { bench, record, prefix } = context;
      const asked = { program: PROGRAM, initPrograms: [COPY] };
      const old = await startPod(context, `${prefix}-1`, asked, { record, label: "pod 1" });
      await old.log.seen(`started ${CONTAINER}`, 2, PATIENCE_MS);
      const restarted = await versionsOf(context, old, 1);
      const before = await bench.log(old.name, "previous");
      const [first, updated] = before.ok ? versionsIn(before.value) : [];
      record.text("first", first ?? "none");
      record.text("updated", updated ?? "none");
      record.text("restarted", restarted[0] ?? "none");
      record.count("inits", old.log.count("started init-1"));
      record.mark("the pod is deleted");
      await bench.deletePods(END_SECONDS);
      await old.log.seen("gone", 1, PATIENCE_MS);
      old.log.end();
      // As its controller makes one: of the same template, under a name of its own.
      const next = await startPod(context, `${prefix}-2`, asked, { record, label: "pod 2" });
      await next.log.seen(`started ${CONTAINER}`, 1, PATIENCE_MS);
      record.text("recreated", (await versionsOf(context, next, 1))[0] ?? "none");
      next.log.end();
      const early = [old, next].map(earlyStarts).reduce((sum, one) => sum + one, 0);
      record.count("overlaps", early, old.log.count(`started ${CONTAINER}`) + 1);
      return [];
    },
  };
}

/** What its running container has said of its version, when it has said so often. */
async function versionsOf(
  { bench }: ArmContext,
  { name }: FollowedPod,
  count: number,
): Promise<readonly string[]> {
  const said = bench.followLog(name);
  const isEnough = (): boolean => versionsIn(said.items.map(({ text }) => text)).length >= count;
  await said.until("its version", isEnough, 0, PATIENCE_MS);
  return versionsIn(said.items.map(({ text }) => text));
}

const versionsIn = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => /^serves (\w+)$/.exec(line)?.[1] ?? []);

/** Starts of the container before the end of the init container. */
function earlyStarts({ log }: FollowedPod): number {
  const end = log.lines.find(({ what }) => what === "exited init-1");
  const starts = log.lines.filter(({ what }) => what === `started ${CONTAINER}`);
  return starts.filter(({ at }) => end === undefined || at < end.at).length;
}
