import { type Prng, prng } from "#base/prng.js";
import type { OpenTimes } from "#kubelet/machine/pod-host.js";
import type { NodeVersion } from "#kubelet/node-version.js";
import type { PodLine } from "#lab/probe/pod-log.js";
import { type Script, virtualPod } from "#lab/probe/virtual-pod.js";
import { readStructTable } from "#manifest/fields/struct-table.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import type { Pod } from "#model/kube/pod.js";
import type { KubeObject } from "#ports/lab/kube-access.js";

/** The pod that an API server makes of a manifest. */
export function podOf(manifest: KubeObject): Pod {
  const { name } = manifest.metadata;
  const text = JSON.stringify(manifest);
  const { workload, problems } = readWorkload(
    {
      ...{ apiVersion: "v1", kind: "Pod", name, namespace: "default", value: manifest, at: null },
      document: { file: name, text, linesBefore: 0, value: manifest, format: "json" },
    },
    "Pod",
    { minor: 36, table: readStructTable(), unknownFields: "refuse" },
  );
  if (workload !== null) return workload.template;
  throw new Error(`invariant broken: no pod: ${JSON.stringify(problems)}`);
}

/**
 * What the model makes of a pod in so many seconds, over and over, with all that a manifest leaves open drawn by chance: where in its
 * period a probe's ticks come, how soon the kubelet notices, where in a second the wall clock is.
 */
export function modelLives(
  pod: Pod,
  script: Script,
  asked: { readonly version: NodeVersion; readonly untilSeconds: number },
): readonly (readonly PodLine[])[] {
  const random = prng(1);
  return Array.from({ length: LIVES }, () =>
    virtualPod(pod, script, { ...asked, phaseSeconds: 0, deleted: null, open: drawn(random) }),
  );
}

function drawn(random: Prng): OpenTimes {
  const share = (): number => random.below(1_000_001) / 1_000_000;
  const wallUs = Math.floor(share() * 999_999);
  return {
    sandboxUs: () => 10_000,
    anchorOf: () => -Math.round(share() * 60_000_000),
    detectionUs: () => Math.max(1, Math.round(share() * 1_000_000)),
    requeueJitter: () => 1 + share() / 2,
    wallUs,
  };
}

const LIVES = 200;
