import type { LifeEvent } from "#model/life/life-event.js";
import type { LifeReport, Span } from "#model/life/life-report.js";
import { eventSentence } from "#report/life/event-sentence.js";
import type { Tone } from "#report/timeline/drawing.js";
import { generationRows, type RowOf, rowName } from "./pack-lanes.js";

/** Something that took no time, in the lane of what it happened to. */
export interface Point {
  readonly lane: Span["lane"];
  readonly atUs: number;
  readonly tone: Tone;
  /** With the kubelet's own words where it has any. */
  readonly text: string;
}

/** What happened at one instant, beside the stretches: attempts of probes, signals, exits, requests that were cut. */
export function pointsOf({ events, spans }: LifeReport): Point[] {
  const rowOf = generationRows(spans);
  return events.flatMap((event) => pointOf(event, rowOf) ?? []);
}

function pointOf(event: LifeEvent, rowOf: RowOf): Point | null {
  const { t: atUs } = event;
  const lane = laneOf(event, rowOf);
  const point = (tone: Tone, text: string): Point => ({ lane, atUs, tone, text });
  switch (event.ev) {
    case "probe":
      return point(ATTEMPTS[event.data.result], attemptText(event.data));
    case "killing": {
      const { message, reason, graceS } = event.data;
      return point(
        reason === "stop" ? "quiet" : "bad",
        `${message} (${reason}, grace ${graceS} s)`,
      );
    }
    case "exited": {
      const { exitCode, reason } = event.data;
      const said = `exited with ${exitCode}${reason === "" ? "" : ` (${reason})`}`;
      // A generation that a signal ended was meant to end.
      const meant = exitCode === 0 || (event.gen !== undefined && exitCode > 128);
      return point(meant ? "quiet" : "bad", `${whoOf(event)}${said}`);
    }
    case "started":
      return point("good", `${event.data.message} (restarts: ${event.data.restartCount})`);
    case "signal":
      return point("quiet", `${whoOf(event)}${event.data.signal} to ${event.data.to}`);
    case "backoff":
    case "progressDeadline":
      return point("bad", `${event.data.reason}: ${event.data.message}`);
    case "buildEnd": {
      const { result, build, content } = event.data;
      return point(result === "ok" ? "good" : "bad", `build ${build} of ${content}: ${result}`);
    }
    case "refusedSegment": {
      const { fromUs, untilUs, kind, requests, cause } = event.data;
      if (untilUs > fromUs) return null;
      return { ...point("bad", `${amount(requests)} requests: ${kind}, ${cause}`), atUs: fromUs };
    }
    case "candidateFailed":
    case "quarantine":
    case "rollback":
    case "invariantViolated":
      return point("bad", eventSentence(event));
    case "preStop":
    case "scheduled":
    case "configRefreshed":
    case "rolloutStep":
      return point("quiet", eventSentence(event));
    default:
      // What begins or ends a stretch is seen as that; an Unhealthy event repeats its attempt.
      return null;
  }
}

function laneOf(event: LifeEvent, rowOf: RowOf): Span["lane"] {
  const { pod, container, gen } = event;
  if (event.src === "deploy") return { kind: "pod", pod, name: `${pod} roll-out` };
  if (event.ev === "probe") {
    return { kind: "probe", pod, name: `${container ?? ""} ${event.data.probe}` };
  }
  if (event.ev === "refusedSegment") return { kind: "requests", pod, name: "requests" };
  if (event.ev === "buildEnd") return { kind: "tool", pod, name: "build" };
  const row =
    gen === undefined
      ? null
      : rowOf({ kind: "generation", pod, name: `generation ${gen}` }, event.t);
  if (row !== null) return { kind: "generation", pod, name: rowName("generations", row) };
  if (container === undefined) return { kind: "pod", pod, name: pod };
  return { kind: "container", pod, name: container };
}

const ATTEMPTS = { success: "good", failure: "bad", error: "busy" } as const;

type Attempt = Extract<LifeEvent, { readonly ev: "probe" }>["data"];

function attemptText({ probe, result, run, counted, message, cause }: Attempt): string {
  if (result === "success") return `${probe} attempt: success`;
  const inRow = run > 1 ? `, ${run} in a row` : "";
  const nothing = counted ? "" : ", counts for nothing";
  const why = cause === null ? "" : ` (${cause})`;
  return `${probe} attempt: ${result}${inRow}${nothing}${why}${message === "" ? "" : `\n${message}`}`;
}

const whoOf = ({ gen }: LifeEvent): string => (gen === undefined ? "" : `generation ${gen}: `);

const amount = (requests: number): string =>
  requests >= 10 ? Math.round(requests).toLocaleString("en-US") : `${Number(requests.toFixed(1))}`;
