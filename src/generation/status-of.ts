import type { Instant } from "#base/time.js";
import type { ColdReason, RollbackWay } from "#model/rollback-way.js";
import { answers } from "./answers.js";
import { behind } from "./behind.js";
import { canaryDeadline } from "./decide/canary.js";
import { rollbackGoal } from "./decide/recover.js";
import { warmWayBack } from "./decide/standby.js";
import { drifted, nextBoot } from "./next-boot.js";
import type { Candidate, Main, Retiree, Run, Serving } from "./place.js";
import type { State } from "./state.js";
import type { CanaryView, GenerationView, Status } from "./status.js";

/** A view of the state at one instant. */
export function statusOf(state: State, now: Instant): Status {
  const { build, main } = state;
  return {
    phase: phaseOf(state),
    ...answers(state),
    serving: main.kind === "serving" ? view(main.run, "serving", main.since) : null,
    candidate: candidateView(state.candidate, main),
    canary: canaryView(state),
    draining: draining(state),
    build:
      build.kind === "none"
        ? null
        : { build: build.build, content: build.content, since: build.since },
    wanted: state.inputs.wanted,
    behind: behind(state, now),
    lastUpdate: state.timing.last,
    rollback: rollbackWay(state),
    quarantine: state.quarantine.flatMap(({ artifact }) => (artifact === null ? [] : [artifact])),
    paused: state.updates === "paused",
    handover: { kind: state.policy.handover, why: state.handoverWhy },
    nextBoot: nextBoot(state),
    drift: main.kind === "serving" && drifted(state, main.run.artifact),
  };
}

function phaseOf(state: State): Status["phase"] {
  const { life, main, build, candidate, next, inputs } = state;
  if (life.kind === "unstarted") return "starting";
  if (life.kind !== "running") return "stopping";
  const underWay = build.kind !== "none" || candidate.kind !== "none" || next !== null;
  if (main.kind === "serving") return underWay ? "updating" : "serving";
  if (main.kind === "ending" && main.successor === null && !underWay) return "waiting";
  if (main.kind !== "down") return state.firstReadyAt === null ? "starting" : "updating";
  if (underWay || inputs.reading.kind === "reading") return "starting";
  return "waiting";
}

function candidateView(candidate: Candidate, main: Main): GenerationView | null {
  if (candidate.kind === "canary") return view(candidate.run, "canary", candidate.since);
  const start =
    candidate.kind === "starting" ? candidate.start : main.kind === "starting" ? main.start : null;
  return start === null ? null : view(start.run, "starting", start.run.startedAt);
}

function canaryView(state: State): CanaryView | null {
  const { candidate } = state;
  if (candidate.kind !== "canary") return null;
  return { percent: candidate.percent, endsAt: canaryDeadline(state, candidate) };
}

/** How the serving generation would be left for the one before; null: there is none, or a canary decides. */
function rollbackWay(state: State): RollbackWay | null {
  const { main, candidate } = state;
  const to = rollbackGoal(state);
  if (main.kind !== "serving" || candidate.kind === "canary" || to === null) return null;
  const waiting = warmWayBack(state, to, "unwanted");
  if (waiting === null) return { way: "cold", artifact: to.id, why: coldReason(state, main) };
  const { run, phase } = waiting;
  const standsBy = phase.kind === "standing-by";
  return { way: "warm", artifact: to.id, generation: run.generation, standsBy };
}

/** What holds for the service at all first, then what has come of it this time. */
function coldReason({ policy }: State, { run, trial }: Serving): ColdReason {
  const { handover } = policy;
  if (!policy.standby) return { kind: "off", key: "standby" };
  if (!policy.rollback) return { kind: "off", key: "rollback" };
  if (handover !== "inherit" && handover !== "proxy") return { kind: "handover", handover };
  if (handover === "inherit" && !run.standsBy) return { kind: "unable" };
  return { kind: trial === "proved" ? "proved" : "ended" };
}

function draining({ main, retiring }: State): GenerationView[] {
  const all = main.kind === "ending" ? [...retiring, main.retiree] : retiring;
  return all.map(({ run, phase }: Retiree) => view(run, phase.kind, phase.since));
}

function view(run: Run, phase: string, since: Instant): GenerationView {
  const { generation, artifact, process } = run;
  return {
    generation,
    artifact,
    pid: process.kind === "alive" ? process.pid : null,
    since,
    phase,
  };
}
