import type { Container, Pod } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { FactUsed } from "#model/life/recommendation.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { ceilSeconds, type Fact, factOf, secondsText } from "./measured.js";
import { type KnownWindow, swapWindow } from "./swap-window.js";
import type { Wishes } from "./wishes.js";

/** What the values are computed from. null: not measured, and what needs it is not said. */
export interface KnownFacts {
  readonly input: LifeInput;
  readonly wishes: Wishes;
  readonly pod: Pod;
  /** The container that is updated. */
  readonly container: Container;
  readonly hotpod: boolean;
  /** C*: the longest start that the values have to survive, in whole seconds. */
  readonly start: StartFact | null;
  readonly swap: KnownWindow;
  /** The health answer, while a build runs if that was measured. */
  readonly health: Fact | null;
  /** Until no new connection comes to a pod that is going. */
  readonly lag: Fact;
}

export interface StartFact {
  /** With the safety factor. */
  readonly seconds: number;
  /** Without it: what slack is counted from. */
  readonly us: Micros;
  readonly inputs: readonly FactUsed[];
  readonly text: string;
}

/** null: the pod has no container of that name. */
export function knownFacts(input: LifeInput, wishes: Wishes): KnownFacts | null {
  const pod = input.workload.template;
  const { containers, initContainers } = pod.spec;
  const { service, reload, node } = input;
  const container = [...containers, ...initContainers].find(
    ({ name }) => name === service.container,
  );
  if (container === undefined) return null;
  return {
    input,
    wishes,
    pod,
    container,
    hotpod: reload?.kind === "hotpod",
    start: startFact(input, wishes),
    swap: swapWindow(input),
    health:
      factOf("healthLatencyBuild", service.healthLatencyBuild) ??
      factOf("healthLatency", service.healthLatency),
    lag: factOf("endpointLag", node.endpointLag) as Fact,
  };
}

/** A tool that builds does so at the container's start, too: a measured cold start holds that build. */
function startFact({ service, reload }: LifeInput, { safety }: Wishes): StartFact | null {
  const coldStart = factOf("coldStart", service.coldStart);
  const coldBuild = factOf("coldBuild", service.coldBuild);
  const appStart = factOf("appStart", service.appStart);
  const builds = reload?.kind === "tool" && reload.tool.builds;
  const facts =
    builds && (coldBuild !== null || coldStart === null)
      ? [coldBuild ?? factOf("build", service.build), appStart]
      : [coldStart ?? appStart];
  if (facts.some((fact) => fact === null)) return null;
  const known = facts as readonly Fact[];
  const us = known.reduce((sum, fact) => sum + fact.us, 0);
  const largestUs = known.reduce((sum, fact) => sum + fact.largestUs, 0);
  return {
    seconds: ceilSeconds(Math.max(safety * us, largestUs)),
    us,
    inputs: known.map(({ used }) => used),
    text: known.map(({ name, us }) => `${name} ${secondsText(us)}`).join(" + "),
  };
}
