import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { type FollowedPod, startPod } from "#lab/cluster/follow-pod.js";
import { CONTAINER, configMapOf } from "#lab/cluster/pod-manifest.js";
import { FOREVER, POLITE } from "#lab/cluster/pods/programs.js";
import { above, atLeast, equals, predict } from "#lab/judge/prediction.js";

const PATIENCE_MS = 180_000;
const WRITE = "mkdir -p /tmp/app; echo v1 >/tmp/app/file";
/** So often the tool looks, by what it knows from its start on. No image has to have a program that asks the kernel. */
const LOOK = "0.2";
/** A tool that tells of every change of the folder since it began to watch. */
const WATCH = [
  "look() { ls -lin /tmp/app; cat /tmp/app/file; }",
  "mkdir -p /tmp/app; was=$(look 2>&1); echo watching",
  `while :; do sleep ${LOOK}; is=$(look 2>&1); [ "$is" = "$was" ] || echo heard; was=$is; done`,
].join("; ");

export const l302Pods: ClusterScenario = {
  id: "L302",
  measures: {
    gap: {
      about: "from the init container's end to the container's start, in whole seconds",
      unit: "s",
    },
    ofInit: { about: "changes the tool told of by the init container's write", unit: "changes" },
    ofOwn: { about: "changes it told of by a write of its own container", unit: "changes" },
    visible: { about: "changes of the mounted file's own name", unit: "changes" },
    swaps: { about: "changes of the volume's link ..data", unit: "changes" },
    content: { about: "changes of the mounted file's content", unit: "changes" },
  },
  arms: [mainTool(), sidecarTool(), volume()],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("pod-init.ofInit", equals(0), "nothing of the init container's write"),
        predict("pod-sidecar.ofInit", above(0), "though a tool that is there before it hears it"),
      ],
    },
    { verdict: "confirmed", when: [predict("pod-init.ofInit", above(0), "it is heard")] },
  ],
  headline: {
    measure: "pod-init.ofInit",
    about: "changes heard of the init container's write in a real pod",
  },
};

function mainTool(): ClusterArm {
  const own = "sleep 3; echo own; echo v2 >/tmp/app/file; sleep 3; echo over";
  return {
    ...{ name: "pod-init", label: "a real pod: init writes, the main container watches" },
    seconds: 20,
    predictions: [
      predict("gap", atLeast(0), "the init container has ended before"),
      predict("ofInit", equals(0), "what was written before the watch is no change"),
      predict("ofOwn", atLeast(1), "though the watch works"),
    ],
    async run(context) {
      const { bench, prefix, record } = context;
      const program = `${POLITE}; (${WATCH}) & ${own}; ${FOREVER}`;
      const pod = await startPod(context, prefix, { program, initPrograms: [WRITE] });
      await pod.log.seen("started", 1, PATIENCE_MS);
      const said = bench.followLog(prefix);
      await said.until("its end", ({ text }) => text === "over", 0, PATIENCE_MS);
      pod.log.end();
      const lines = said.items.map(({ text }) => text);
      const heard = (some: readonly string[]): number =>
        some.filter((one) => one === "heard").length;
      record.count("gap", gapOf(pod, "init-1"));
      record.count("ofInit", heard(lines.slice(0, lines.indexOf("own"))));
      record.count("ofOwn", heard(lines.slice(lines.indexOf("own"))));
      return [];
    },
  };
}

function sidecarTool(): ClusterArm {
  const heard = "/tmp/heard";
  const write = `until grep -q watching ${heard}; do sleep 0.1; done; ${WRITE}; sleep 2`;
  return {
    ...{ name: "pod-sidecar", label: "a real pod: a sidecar watches, then init writes" },
    seconds: 20,
    predictions: [
      predict("gap", atLeast(0), "the init container has ended before"),
      predict("ofInit", atLeast(1), "the watch was there before the write"),
    ],
    async run(context) {
      const { bench, prefix, record } = context;
      const pod = await startPod(context, prefix, {
        program: `${POLITE}; cat ${heard}; echo over; ${FOREVER}`,
        sidecarProgram: `${POLITE}; (${WATCH}) >${heard} & wait $!`,
        initPrograms: [write],
      });
      await pod.log.seen("started", 1, PATIENCE_MS);
      const said = bench.followLog(prefix);
      await said.until("its end", ({ text }) => text === "over", 0, PATIENCE_MS);
      pod.log.end();
      record.count("gap", gapOf(pod, "init-1"));
      record.count("ofInit", said.items.filter(({ text }) => text === "heard").length);
      return [];
    },
  };
}

/** From the end of the one to the first start of the pod's own container. */
function gapOf({ log }: FollowedPod, init: string): number {
  const end = log.lines.find(({ what }) => what === `exited ${init}`)?.at ?? Number.NaN;
  const start = log.lines.find(({ what }) => what === `started ${CONTAINER}`)?.at ?? Number.NaN;
  return start - end;
}

/** What the kubelet does when a ConfigMap changes: a new folder, and a link that is replaced by a rename. */
function volume(): ClusterArm {
  const of = {
    content: "cat /config/value",
    visible: "ls -lin /config/value",
    swaps: "ls -lin /config/..data",
  };
  const keys = Object.keys(of) as readonly (keyof typeof of)[];
  const first = keys.map((key) => `${key}=$(${of[key]})`).join("; ");
  const look = keys
    .map((key) => `is=$(${of[key]}); [ "$is" = "$${key}" ] || echo ${key}; ${key}=$is`)
    .join("; ");
  return {
    ...{ name: "pod-volume", label: "a real pod: a mounted ConfigMap changes", seconds: 120 },
    full: true,
    predictions: [
      predict("content", equals(1), "the change has come"),
      predict("swaps", equals(1), "by a link that was replaced"),
      predict("visible", equals(0), "and not by the name that a tool would watch"),
    ],
    async run(context) {
      const { bench, prefix, record } = context;
      const configMap = `${prefix}-values`;
      await bench.create(configMapOf(configMap, "v1"));
      const program = `${POLITE}; ${first}; echo watching; while :; do sleep ${LOOK}; ${look}; done`;
      const pod = await startPod(context, prefix, { program, configMap });
      await pod.log.seen("started", 1, PATIENCE_MS);
      const said = bench.followLog(prefix);
      const heard = (what: string): Promise<unknown> =>
        said.until(what, ({ text }) => text === what, 0, PATIENCE_MS);
      await heard("watching");
      record.mark("the ConfigMap is changed");
      await bench.replace(configMapOf(configMap, "v2"));
      await heard("content");
      await heard("swaps");
      pod.log.end();
      const count = (key: string): number => said.items.filter(({ text }) => text === key).length;
      record.count("content", count("content"));
      record.count("swaps", count("swaps"));
      record.count("visible", count("visible"));
      return [];
    },
  };
}
