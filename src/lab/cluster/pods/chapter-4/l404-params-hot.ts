import type { ArmContext, ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { startPod } from "#lab/cluster/follow-pod.js";
import { configMapOf } from "#lab/cluster/pod-manifest.js";
import { POLITE } from "#lab/cluster/pods/programs.js";
import { above, below, equals, predict } from "#lab/judge/prediction.js";

const EDITS = 5;
const PATIENCE_MS = 180_000;

export const l404Pods: ClusterScenario = {
  id: "L404",
  measures: {
    edits: { about: "changes of the ConfigMap", unit: "edits" },
    lag: { about: "from a change to the mounted file having it", unit: "s" },
    bySubPath: { about: "changes that a file mounted by subPath has had", unit: "edits" },
    byVariable: { about: "changes that an environment variable has had", unit: "edits" },
  },
  arms: [changes()],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-config-map.edits", equals(EDITS), "volumes are updated"),
        predict("pod-config-map.byVariable", equals(0), "variables are not"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("pod-config-map.byVariable", above(0), "variables are updated")],
    },
  ],
  headline: { measure: "pod-config-map.lag", about: "s until a real volume has a change" },
};

function changes(): ClusterArm {
  return {
    ...{ name: "pod-config-map", label: "a real pod: a mounted ConfigMap changes", seconds: 450 },
    full: true,
    predictions: [
      predict("edits", equals(EDITS), "each change was waited for"),
      predict("lag", above(0), "the kubelet looks when it syncs the pod"),
      predict("lag", below(121), "which it does every 60 to 90 s, and its cache may be older"),
      predict("bySubPath", equals(0), "a subPath is bound once, when the container is made"),
      predict("byVariable", equals(0), "and so is the environment"),
    ],
    async run(context) {
      const { bench, record, prefix } = context;
      const name = `${prefix}-values`;
      await bench.create(configMapOf(name, "0"));
      const log = await tellingPod(context, name);
      const seen = (what: string): Promise<{ readonly atMs: number }> =>
        log.until(what, ({ text }) => text === what, 0, PATIENCE_MS);
      await seen("file 0");
      const lags: number[] = [];
      for (let edit = 1; edit <= EDITS; edit += 1) {
        // Not in step with the kubelet, which has just looked.
        await bench.clock.wait(edit * 7_000);
        record.mark(`change ${edit}`);
        const changedMs = bench.clock.nowMs();
        await bench.replace(configMapOf(name, `${edit}`));
        const { atMs } = await seen(`file ${edit}`);
        record.point("mounted file", "event", `has change ${edit}`, atMs);
        lags.push((atMs - changedMs) / 1_000);
      }
      const told = log.items.map(({ text }) => text);
      const later = (kind: string): number =>
        told.filter((text) => text.startsWith(`${kind} `) && text !== `${kind} 0`).length;
      record.count("edits", lags.length);
      record.spread("lag", lags);
      record.count("bySubPath", later("path"), EDITS);
      record.count("byVariable", later("variable"), EDITS);
      return [];
    },
  };
}

/** Tells of every value that it finds, once. */
async function tellingPod(context: ArmContext, configMap: string) {
  const look = [
    "file=$(cat /config/value); path=$(cat /by-path/value)",
    '[ "$file" = "$a" ] || echo "file $file"; a=$file',
    '[ "$path" = "$b" ] || echo "path $path"; b=$path',
    '[ "$VALUE" = "$c" ] || echo "variable $VALUE"; c=$VALUE',
    "sleep 0.1",
  ].join("; ");
  const program = `${POLITE}; while :; do ${look}; done`;
  const pod = await startPod(context, context.prefix, { program, configMap });
  await pod.log.seen("started", 1, PATIENCE_MS);
  return context.bench.followLog(context.prefix);
}
