import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { Lane, Span } from "#model/life/life-report.js";

interface Open {
  readonly lane: Lane;
  readonly fromUs: Micros;
  readonly state: string;
  readonly text: string;
}

/** The stretches of a time-line, made from the stream alone: what is drawn is what was told. In order of their begin. */
export function spansOf(events: readonly LifeEvent[], durationUs: Micros): Span[] {
  const spans: Span[] = [];
  const open = new Map<string, Open>();
  const close = (lane: Lane, at: Micros): void => {
    const key = keyOf(lane);
    const one = open.get(key);
    open.delete(key);
    if (one === undefined || at <= one.fromUs) return;
    const { fromUs, state, text } = one;
    spans.push({ lane, fromUs, toUs: Math.min(at, durationUs), state, text });
  };
  const begin = (lane: Lane, at: Micros, state: string, text: string): void => {
    close(lane, at);
    open.set(keyOf(lane), { lane, fromUs: at, state, text });
  };
  const stay = (lane: Lane, at: Micros, state: string, text: string): void => {
    if (open.get(keyOf(lane))?.state !== state) begin(lane, at, state, text);
  };
  const closeAll = (pod: string, kind: Lane["kind"], at: Micros): void => {
    for (const { lane } of [...open.values()]) {
      if (lane.pod === pod && lane.kind === kind) close(lane, at);
    }
  };
  const stopped = new Set<string>();
  const push = (span: Span): number => spans.push(span);
  for (const event of events) take(event, { begin, close, closeAll, stay, push, stopped });
  for (const { lane } of [...open.values()]) close(lane, durationUs);
  spans.push(...answeredOf(spans));
  return spans
    .filter(({ fromUs }) => fromUs < durationUs)
    .sort((a, b) => a.fromUs - b.fromUs || a.toUs - b.toUs);
}

/** Requests are answered where clients know of the pod and none is lost. */
function answeredOf(spans: readonly Span[]): Span[] {
  const lost = spans.filter(({ lane }) => lane.kind === "requests");
  return spans
    .filter(({ lane }) => lane.kind === "endpoint")
    .flatMap(({ lane: { pod }, fromUs, toUs }) => {
      const lane: Lane = { kind: "requests", pod, name: "requests" };
      const holes = lost.filter(
        (one) => one.lane.pod === pod && one.toUs > fromUs && one.fromUs < toUs,
      );
      return without(fromUs, toUs, holes).map(
        (part): Span => ({ lane, ...part, state: "answered", text: "answered" }),
      );
    });
}

type Stretch = Pick<Span, "fromUs" | "toUs">;

/** What is left of a stretch without its holes. */
function without(fromUs: Micros, toUs: Micros, holes: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let at = fromUs;
  for (const hole of [...holes].sort((a, b) => a.fromUs - b.fromUs)) {
    if (hole.fromUs > at) left.push({ fromUs: at, toUs: hole.fromUs });
    at = Math.max(at, hole.toUs);
  }
  if (at < toUs) left.push({ fromUs: at, toUs });
  return left;
}

const keyOf = ({ kind, pod, name }: Lane): string => `${kind}\n${pod}\n${name}`;

interface Drawing {
  begin(lane: Lane, at: Micros, state: string, text: string): void;
  close(lane: Lane, at: Micros): void;
  /** Begins a stretch unless the lane is in that state already. */
  stay(lane: Lane, at: Micros, state: string, text: string): void;
  closeAll(pod: string, kind: Lane["kind"], at: Micros): void;
  push(span: Span): void;
  /** Pods that are being stopped as a whole. */
  readonly stopped: Set<string>;
}

function take(event: LifeEvent, drawing: Drawing): void {
  if (event.src === "kubelet") takeKubelet(event, drawing);
  else if (event.src === "gen") takeGeneration(event, drawing);
  else if (event.src === "tool") takeTool(event, drawing);
  else if (event.ev === "refusedSegment") {
    const { fromUs, untilUs, kind, requests, cause } = event.data;
    const lane: Lane = { kind: "requests", pod: event.pod, name: "requests" };
    const text = `${Math.round(requests)} requests: ${kind}, ${cause}`;
    drawing.push({ lane, fromUs, toUs: untilUs, state: kind, text });
  }
}

const PROBE_STATES = { success: "passing", failure: "failing", error: "erroring" } as const;

function takeProbe(event: LifeEvent, { stay, close }: Drawing): void {
  const lane = (probe: string): Lane => ({
    kind: "probe",
    pod: event.pod,
    name: `${event.container ?? ""} ${probe}`,
  });
  if (event.ev === "probe") {
    const { probe, result, message } = event.data;
    stay(lane(probe), event.t, PROBE_STATES[result], message === "" ? "passing" : message);
  } else if (event.ev === "exited") {
    for (const probe of ["liveness", "readiness", "startup"]) close(lane(probe), event.t);
  }
}

function takeKubelet(event: LifeEvent, drawing: Drawing): void {
  takeProbe(event, drawing);
  const { begin, close } = drawing;
  const pod: Lane = { kind: "pod", pod: event.pod, name: event.pod };
  const container: Lane = { kind: "container", pod: event.pod, name: event.container ?? "" };
  const endpoint: Lane = { kind: "endpoint", pod: event.pod, name: "endpoint" };
  switch (event.ev) {
    case "started":
      // After a node's restart it is the same pod that goes on.
      drawing.stopped.delete(event.pod);
      begin(container, event.t, "running", `restarts: ${event.data.restartCount}`);
      return;
    case "killing":
      begin(
        container,
        event.t,
        event.data.reason === "stop" ? "stopping" : "killing",
        event.data.message,
      );
      if (event.data.reason !== "stop") return;
      drawing.stopped.add(event.pod);
      drawing.stay(pod, event.t, "terminating", "terminating");
      return;
    case "exited": {
      const { exitCode } = event.data;
      begin(container, event.t, exitCode === 0 ? "completed" : "ended", `exit code ${exitCode}`);
      return;
    }
    case "backoff":
      drawing.stay(container, event.t, "back-off", event.data.message);
      return;
    case "ready":
      drawing.stopped.delete(event.pod);
      begin(pod, event.t, "ready", "Ready");
      return;
    case "notReady":
      if (!drawing.stopped.has(event.pod)) begin(pod, event.t, "not ready", event.data.reason);
      return;
    case "phaseChanged": {
      const { phase } = event.data;
      if (phase !== "Succeeded" && phase !== "Failed") return;
      drawing.closeAll(event.pod, "container", event.t);
      // Whoever stops a pod takes it away.
      if (drawing.stopped.has(event.pod)) close(pod, event.t);
      else begin(pod, event.t, phase.toLowerCase(), phase);
      return;
    }
    case "endpointReady":
      begin(endpoint, event.data.seenAt, "in use", "new connections come here");
      return;
    case "endpointGone":
      close(endpoint, event.data.seenAt);
  }
}

function takeTool(event: LifeEvent, { begin, close }: Drawing): void {
  const lane: Lane = { kind: "tool", pod: event.pod, name: "build" };
  if (event.ev === "settle") begin(lane, event.t, "settling", "waits for more changes");
  else if (event.ev === "buildStart") {
    begin(lane, event.t, "building", `build ${event.data.build} of ${event.data.content}`);
  } else if (event.ev === "buildEnd") close(lane, event.t);
}

function takeGeneration(event: LifeEvent, { begin, close }: Drawing): void {
  const lane: Lane = { kind: "generation", pod: event.pod, name: `generation ${event.gen ?? 0}` };
  switch (event.ev) {
    case "genStart":
      begin(lane, event.t, "starting", `${event.data.content}, ${event.data.why}`);
      return;
    case "genReady":
      begin(lane, event.t, "ready", "ready");
      return;
    case "promote":
      begin(lane, event.t, "serving", `serves ${event.data.content}`);
      return;
    case "lameDuck":
      begin(lane, event.t, "draining", "draining");
      return;
    case "drainEnd":
    case "candidateFailed":
    case "exited":
      close(lane, event.t);
  }
}
