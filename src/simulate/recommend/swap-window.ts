import type { Micros } from "#model/life/life-event.js";
import type { FactUsed } from "#model/life/recommendation.js";
import type { ReloadTool } from "#model/reload-tool.js";
import type { Outage } from "#simulate/forms/probe-timing.js";
import type { LifeInput, ServiceModel } from "#simulate/life/life-input.js";
import { type Fact, factOf, secondsText } from "./measured.js";

/** The longest outage of one reload. */
export interface SwapWindow {
  readonly us: Micros;
  /** What an attempt meets in it. */
  readonly outage: Outage;
  /** `build 3s + appStart 0.4s`. */
  readonly text: string;
  readonly inputs: readonly FactUsed[];
}

/** The window, or the inputs that would tell it. */
export type KnownWindow =
  | { readonly kind: "known"; readonly window: SwapWindow }
  | { readonly kind: "unknown"; readonly needs: readonly string[] };

/** Probe failures have to be survived in the longest window, so the largest of what was measured counts. */
export function swapWindow({ reload, service }: LifeInput): KnownWindow {
  if (reload === null) return none("nothing reloads");
  if (reload.kind === "hotpod") {
    if (reload.policy.handover !== "restart") return none("the new generation takes over first");
    return sumOf([stopPart(service), part("appStart", service)], "silent");
  }
  const { tool } = reload;
  if (tool.overlap || tool.stopWhen === "afterReady") {
    return none("the new process takes over first");
  }
  const outage = tool.socket === "inherited" || service.whileDown === "silent";
  const building = tool.stopWhen === "beforeBuild" && tool.builds ? [part("build", service)] : [];
  const stop = boundStop(tool, stopPart(service));
  return sumOf([...building, ...stop, part("appStart", service)], outage ? "silent" : "refused");
}

type Part = Fact | { readonly needs: string };

const part = (name: "build" | "appStart", service: ServiceModel): Part =>
  factOf(name, service[name]) ?? { needs: name };

/** From the stop signal on, in which nothing new is accepted, to the exit. */
function stopPart(service: ServiceModel): Part {
  const measured = factOf("stopTime", service.stopTime);
  if (measured !== null) return measured;
  const { onTerm } = service;
  if (onTerm.kind === "exits") return given("stopTime", onTerm.afterUs);
  if (onTerm.kind === "drains") return factOf("drain", service.drain) ?? { needs: "drain" };
  return onTerm.kind === "ignores" ? { needs: "stopTime" } : given("stopTime", 0);
}

const given = (name: string, us: Micros): Fact => ({
  name,
  us,
  largestUs: us,
  used: { name, value: secondsText(us), source: "given" },
});

/** A tool that kills at once needs no stop; one that kills in the end needs no more than it waits. */
function boundStop({ stop }: ReloadTool, takes: Part): readonly Part[] {
  let limitUs = 0;
  for (const { signal, waitUs } of stop) {
    if (signal === "SIGKILL") {
      if (limitUs === 0) return [];
      if ("needs" in takes) return [given("killed after", limitUs)];
      return takes.largestUs > limitUs ? [given("killed after", limitUs)] : [takes];
    }
    if (waitUs === null) break;
    limitUs += waitUs;
  }
  return [takes];
}

function none(why: string): KnownWindow {
  return { kind: "known", window: { us: 0, outage: "refused", text: why, inputs: [] } };
}

function sumOf(parts: readonly Part[], outage: Outage): KnownWindow {
  const needs = parts.flatMap((one) => ("needs" in one ? [one.needs] : []));
  if (needs.length > 0) return { kind: "unknown", needs };
  const facts = parts as readonly Fact[];
  const largest = ({ name, largestUs }: Fact): string => `${name} ${secondsText(largestUs)}`;
  return {
    kind: "known",
    window: {
      us: facts.reduce((sum, { largestUs }) => sum + largestUs, 0),
      outage,
      text: facts.map(largest).join(" + "),
      inputs: facts.map((fact) => ({
        ...fact.used,
        value: secondsText(fact.largestUs),
        source: fact.used.source === "given" ? "given" : "largest",
      })),
    },
  };
}
