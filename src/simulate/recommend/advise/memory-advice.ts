import type { FactUsed } from "#model/life/recommendation.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { containerPath } from "#simulate/recommend/manifest-path.js";
import { type Advice, noAdvice, unsaid } from "./advice.js";

const MIB = 2 ** 20;
/** What a supervisor holds itself: hotpod as measured in a pod, with some to spare; other tools are smaller. */
const SUPERVISOR_BYTES = 64 * MIB;

/** Two generations at once, what drains, the build beside them: a limit that holds all of it, and a fifth more. */
export function memoryAdvice(facts: KnownFacts): Advice {
  const { input, container } = facts;
  const { reload, service } = input;
  const { rssBytes, buildRssBytes } = service;
  if (rssBytes === null) return unsaid("rss", "the memory limit");
  const builds =
    reload?.kind === "tool" ? reload.tool.builds : reload !== null && service.build !== null;
  if (builds && buildRssBytes === null) return unsaid("buildRss", "the memory limit");
  const volumes = memoryVolumes(facts);
  if (volumes === null) return unsaid("sizeLimit of the Memory volumes", "the memory limit");
  const generations = reload?.kind === "hotpod" ? 2 + reload.policy.maxDraining : 1;
  const parts = [
    { name: "supervisor", bytes: reload === null ? 0 : SUPERVISOR_BYTES, source: "built in" },
    { name: `rss · ${generations}`, bytes: rssBytes * generations, source: "largest" },
    { name: "buildRss", bytes: builds ? (buildRssBytes ?? 0) : 0, source: "largest" },
    { name: "Memory volumes", bytes: volumes, source: "manifest" },
  ].filter(({ bytes }) => bytes > 0);
  const need = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const limitMib = Math.ceil((need * 12) / 10 / MIB);
  const current = container.resources.limits.memoryBytes;
  const inputs: FactUsed[] = parts.map(({ name, bytes, source }) => ({
    name,
    value: mib(bytes),
    source,
  }));
  return {
    ...noAdvice,
    changes: { memoryLimitBytes: limitMib * MIB },
    values: [
      {
        group: "memory",
        path: `${containerPath(facts)}.resources.limits.memory`,
        value: `${limitMib}Mi`,
        unit: "quantity",
        current: current === null ? null : mib(current),
        reason: `${generations} ${generations === 1 ? "generation" : "generations"} and what runs beside: ${mib(need)}, and 20 %`,
        rule: "HP701",
        inputs,
        slack: {
          amount: limitMib * MIB - need,
          unit: "bytes",
          text: `${limitMib}Mi − ${mib(need)}`,
        },
        alternatives: [],
      },
    ],
  };
}

/** What the container can write into memory-backed volumes counts as its memory. null: one has no limit. */
function memoryVolumes({ pod, container }: KnownFacts): number | null {
  let bytes = 0;
  for (const { name, source } of pod.spec.volumes) {
    if (source.kind !== "emptyDir" || source.medium !== "Memory") continue;
    const mounts = container.volumeMounts.filter((mount) => mount.name === name);
    if (mounts.every(({ readOnly }) => readOnly)) continue;
    if (source.sizeBytes === null) return null;
    bytes += source.sizeBytes;
  }
  return bytes;
}

const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)}Mi`;
