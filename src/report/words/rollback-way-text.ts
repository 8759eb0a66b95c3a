import type { ColdReason, RollbackWay } from "#model/rollback-way.js";

/** What a rollback would be, and why. */
export function rollbackWayText(way: RollbackWay): string {
  if (way.way === "cold") return `cold, ${way.artifact} would be started anew: ${coldWhy(way.why)}`;
  const state = way.standsBy ? "stands by" : "has not ended yet";
  return `warm, generation ${way.generation} (${way.artifact}) ${state}`;
}

function coldWhy(why: ColdReason): string {
  switch (why.kind) {
    case "off":
      return `${why.key} is false`;
    case "handover":
      return `with handover ${why.handover} no generation can stand by`;
    case "unable":
      return "the service does not say that it can stand by, as one with the Go SDK does";
    case "proved":
      return "the serving generation has proved good, nobody stands by any more";
    case "ended":
      return "the generation before has ended";
  }
}
