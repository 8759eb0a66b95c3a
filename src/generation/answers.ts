import type { State } from "./state.js";
import type { ProbeAnswer, Status } from "./status.js";

/** What the probes are told. Liveness is red only for a dead service with no way forward (I3). */
export function answers(state: State): Pick<Status, "live" | "ready" | "started"> {
  return { live: live(state), ready: ready(state), started: started(state) };
}

function live(state: State): ProbeAnswer {
  const { health, main, life } = state;
  if (life.kind === "running" && health.kind === "hopeless" && main.kind === "serving") {
    return no("unhealthy");
  }
  return hasGivenUp(state) ? no("dead") : { code: 200, body: { status: "live" } };
}

/** Crashed too often, and nothing else is on its way. */
function hasGivenUp(state: State): boolean {
  const { main, life, build, candidate, next } = state;
  const down = main.kind === "down" && main.why === "gave-up";
  const idle = build.kind === "none" && candidate.kind === "none" && next === null;
  return life.kind === "running" && down && idle;
}

function ready(state: State): ProbeAnswer {
  const { life, main, health, inputs, policy } = state;
  if (life.kind !== "running" && life.kind !== "unstarted") return no("stopping");
  if (state.firstReadyAt === null) return no(hasGivenUp(state) ? "waiting" : "starting");
  if (policy.readiness === "hold" && inputs.gate === "closed") return no("reloading");
  if (main.kind === "serving") {
    if (health.kind === "hopeless") return no("unhealthy");
    const { generation, artifact } = main.run;
    const body = { status: "ready", generation, artifact: artifact.id };
    return { code: 200, body: { ...body, ...canaryOf(state) } };
  }
  return betweenGenerations(state);
}

/** Who has a share beside it. */
function canaryOf({ candidate }: State): Readonly<Record<string, number>> {
  if (candidate.kind !== "canary") return {};
  return { canary: candidate.run.generation, canaryPercent: candidate.percent };
}

/** In a swap that was meant, clients wait in the backlog of the held sockets; after a crash they had better not come. */
function betweenGenerations({ main, policy }: State): ProbeAnswer {
  const then =
    main.kind === "ending" ? main.successor : main.kind === "starting" ? main.start.run : null;
  if (then === null) return no("waiting");
  const meant =
    then.purpose === "update" || then.purpose === "reload" || then.purpose === "liveness";
  if (!meant) return no("restarting");
  return policy.readiness === "keep"
    ? { code: 200, body: { status: "reloading" } }
    : no("reloading");
}

function started(state: State): ProbeAnswer {
  if (state.firstReadyAt === null) return no("starting");
  return { code: 200, body: { status: "started" } };
}

function no(status: string): ProbeAnswer {
  return { code: 503, body: { status } };
}
