import type { GateAnswer } from "#model/gate-report.js";
import type { GateFacts } from "./facts.js";
import { judgeCommit } from "./judge-commit.js";
import { judgeLoader } from "./judge-loader.js";
import { judgeModules, judgeReplaced } from "./judge-modules.js";
import { judgeProgram, knownProgram } from "./judge-program.js";
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
  const { source, platform, reference, stale } = facts;
  return [
    judgeProgram(facts.binary),
    ...(known === null
      ? []
      : [
          ...judgeCommit(known, facts),
          ...(source === null ? [] : judgeModules(known, source)),
          ...judgeReplaced(known, source),
          ...(source === null ? [] : judgeToolchain(known, source)),
          ...judgeTarget(known, platform === null ? [] : [platform]),
          judgeLoader(known),
          ...(reference === null ? [] : [judgeRebuild(known, reference)]),
        ]),
    ...(source === null ? [] : judgeVerify(source)),
    ...(stale === null ? [] : [judgeStale(stale)]),
  ];
}
