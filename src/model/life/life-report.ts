import type { LifeEvent, Micros } from "./life-event.js";

/** How a figure came about. Every figure of a report carries it. */
export type Origin =
  /** Over every phase there is, in closed form. */
  | { readonly kind: "exact" }
  | { readonly kind: "sampled"; readonly runs: number }
  /** One run, with the free phases as named (`earliest`, `expected`, `latest` or `seed 7`). */
  | { readonly kind: "point"; readonly phase: string };

export interface Figure {
  readonly value: number;
  readonly origin: Origin;
}

/** An outcome that depends on a free phase: how likely it is, and when it comes. */
export interface Likelihood {
  /** From 0 to 1. */
  readonly share: number;
  /** When it comes, if it comes: from (included) to below (excluded). null: never. */
  readonly interval: { readonly fromUs: Micros; readonly toUs: Micros } | null;
  readonly origin: Origin;
}

/** Requests by what became of them. Fluid: whole numbers are not to be expected. */
export interface Requests {
  readonly ok: number;
  readonly refused: number;
  readonly reset: number;
  readonly eof: number;
  readonly timeout: number;
  readonly serverError: number;
}

/** Requests that were not answered well. */
export const lostOf = ({ refused, reset, eof, timeout, serverError }: Requests): number =>
  refused + reset + eof + timeout + serverError;

/** Something that can go wrong with these inputs, and by which rule. */
export interface Hazard {
  readonly kind: "kill" | "lost-requests" | "not-ready" | "never-updated" | "invariant" | "stall";
  /** Of the kubelet model or the arithmetic: `K15`, `F2`. */
  readonly rule: string;
  /** Of `hotpod check`, where one finds the same beforehand: `HP203`. */
  readonly check: string | null;
  readonly pod: string;
  readonly container: string | null;
  readonly likelihood: Likelihood;
  /** One sentence for a person: what happens, with the numbers in it. */
  readonly text: string;
}

/** A stretch of one lane of the time-line. */
export interface Span {
  readonly lane: Lane;
  readonly fromUs: Micros;
  /** At most the end of the simulation. */
  readonly toUs: Micros;
  /** What is drawn and what the legend says: `serving`, `building`, `killed`, … */
  readonly state: string;
  readonly text: string;
}

export interface Lane {
  readonly kind:
    | "pod"
    | "hazard"
    | "container"
    | "tool"
    | "generation"
    | "probe"
    | "endpoint"
    | "requests";
  readonly pod: string;
  /** Unique within the pod: `api`, `api liveness`, `api generation 3`. */
  readonly name: string;
}

/** A simulation of one tool under one set of inputs: what the reports are made of. */
export interface LifeReport {
  readonly title: string;
  /** The reload tool, with its version where that matters. */
  readonly tool: string;
  readonly kubernetes: string;
  readonly runtime: string;
  readonly seed: number;
  readonly durationUs: Micros;
  /** What was put in, name and value with its source, in the order to be shown. */
  readonly inputs: readonly {
    readonly name: string;
    readonly value: string;
    readonly source: string;
  }[];
  /** What could not be said, and which input would say it. */
  readonly missing: readonly { readonly input: string; readonly unsaid: string }[];
  /** Which run is drawn: `expected`, `phase 3.2s`, `seed 7`. */
  readonly drawn: string;
  /** Of the run that is drawn, in order of time. */
  readonly events: readonly LifeEvent[];
  readonly spans: readonly Span[];
  readonly totals: LifeTotals;
  readonly hazards: readonly Hazard[];
}

export interface LifeTotals {
  readonly requests: Requests;
  readonly requestsOrigin: Origin;
  readonly kills: Figure;
  readonly firstKill: Likelihood;
  readonly restarts: Figure;
  readonly notReadyUs: Figure;
  /** How long no request could be answered. */
  readonly downUs: Figure;
  readonly saves: number;
  readonly buildsStarted: number;
  readonly buildsCompleted: number;
  /** From a save to the first answer of its content; null: nothing of it was served. */
  readonly saveToServingUs: { readonly p50: Micros; readonly max: Micros } | null;
  readonly peakGenerations: number;
  /** null: sizes are not known. */
  readonly peakMemoryBytes: number | null;
}
