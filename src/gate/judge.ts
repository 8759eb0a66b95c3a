import type { GateAnswer } from "#model/gate-report.js";
import type { GateFacts, Platform } from "./facts.js";
import type { GateImage } from "./image/image-facts.js";
import { judgeFile } from "./image/judge-file.js";
import { judgeLabels } from "./image/judge-labels.js";
import { judgeLoading } from "./image/judge-loading.js";
import { judgeTimes } from "./image/judge-times.js";
import { judgeCommit } from "./judge-commit.js";
import { judgeLoader } from "./judge-loader.js";
import { judgeModules, judgeReplaced } from "./judge-modules.js";
import { judgeProgram, type KnownProgram, knownProgram } from "./judge-program.js";
import { judgeRebuild } from "./judge-rebuild.js";
import { judgeStale } from "./judge-stale.js";
import { judgeTarget } from "./judge-target.js";
import { judgeToolchain } from "./judge-toolchain.js";
import { judgeVerify } from "./judge-verify.js";

/**
 * The whole gate: facts in, answers out. What was not given is not asked; what was asked and cannot be answered is `open`, and never
 * counts as agreement.
 */
export function judge(facts: GateFacts): readonly GateAnswer[] {
  const known = knownProgram(facts.binary);
  const { source, image, reference, stale } = facts;
  const platforms = [facts.platform, image === null ? null : platformOf(image)].filter(
    (one) => one !== null,
  );
  return [
    judgeProgram(facts.binary),
    ...(image === null ? [] : judgeFile(facts.binary, image)),
    ...(known === null
      ? []
      : [
          ...judgeCommit(known, facts),
          ...(source === null ? [] : judgeModules(known, source)),
          ...judgeReplaced(known, source),
          ...(source === null ? [] : judgeToolchain(known, source)),
          ...judgeTarget(known, platforms),
          ...(image === null ? [judgeLoader(known)] : judgeInImage(known, image)),
          ...(reference === null ? [] : [judgeRebuild(known, reference)]),
        ]),
    ...(source === null ? [] : judgeVerify(source)),
    ...(stale === null ? [] : [judgeStale(stale)]),
  ];
}

function judgeInImage(known: KnownProgram, { file, read }: GateImage): GateAnswer[] {
  if (!read.ok) return [];
  const facts = read.value;
  return [
    judgeLoading(known, file, facts),
    ...judgeLabels(known, file, facts),
    ...judgeTimes(known, file, facts),
  ];
}

function platformOf({ file, read }: GateImage): Platform | null {
  if (!read.ok || read.value.os === null || read.value.architecture === null) return null;
  const { os, architecture, variant } = read.value;
  return { os, architecture, variant, from: `the configuration of ${file}` };
}
