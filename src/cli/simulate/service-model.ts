import type { Container } from "#model/kube/pod.js";
import { decisiveValue, type KnownTiming, type Measure } from "#model/timing.js";
import type {
  Distribution,
  Reload,
  ServiceModel,
  TermHandling,
} from "#simulate/life/life-input.js";
import type { InputRow } from "./input-row.js";

export interface ServiceOptions {
  readonly onTerm: TermHandling["kind"] | null;
  readonly whileStarting: ServiceModel["whileStarting"] | null;
  readonly whileDown: ServiceModel["whileDown"] | null;
}

export interface ChosenService {
  readonly service: ServiceModel;
  readonly rows: readonly InputRow[];
}

/** How the service's processes behave: what was measured, what was said, and honest assumptions for the rest. */
export function serviceModel(
  container: Container,
  timings: readonly KnownTiming[],
  reload: Reload | null,
  options: ServiceOptions,
): ChosenService {
  const known = new Map(timings.map((timing) => [timing.key, timing]));
  const duration = (key: string): Distribution | null => {
    const timing = known.get(key);
    return timing === undefined ? null : distributionOf(timing.measure);
  };
  const bytes = (key: string): number | null => {
    const timing = known.get(key);
    return timing === undefined ? null : Math.round(decisiveValue(timing.measure));
  };
  const standIns = standInsOf(known, reload);
  const onTerm = termHandling(container, known, options.onTerm);
  const whileStarting = said<ServiceModel["whileStarting"]>(
    options.whileStarting,
    "--while-starting",
    "refused",
  );
  const holds =
    reload?.kind === "hotpod" || (reload?.kind === "tool" && reload.tool.socket === "inherited");
  const whileDown = said<ServiceModel["whileDown"]>(
    options.whileDown,
    "--while-down",
    holds ? "silent" : "refused",
  );
  const inits = timings.filter(({ key }) => key.startsWith("init."));
  return {
    service: {
      container: container.name,
      build: duration("build"),
      coldBuild: duration(standIns.coldBuild),
      appStart: duration(standIns.appStart),
      coldStart: duration("coldStart"),
      stopTime: duration("stopTime"),
      drain: duration("drain"),
      healthLatency: duration("healthLatency"),
      healthLatencyBuild: duration("healthLatencyBuild"),
      imagePull: duration("imagePull"),
      init: Object.fromEntries(
        inits.map(({ key, measure }) => [key.slice("init.".length), distributionOf(measure)]),
      ),
      onTerm: onTerm.value,
      whileDown: whileDown.value,
      whileStarting: whileStarting.value,
      rssBytes: bytes("rss"),
      buildRssBytes: bytes("buildRss"),
    },
    rows: [
      ...Object.entries(standIns)
        .filter(([key, other]) => key !== other && known.has(other))
        .map(([key, other]) => ({ name: key, value: `as ${other}`, source: "assumed" })),
      { name: "at the stop signal", value: termText(onTerm.value), source: onTerm.source },
      { name: "while starting", value: whileStarting.value, source: whileStarting.source },
      { name: "while down", value: whileDown.value, source: whileDown.source },
    ],
  };
}

/** What was measured that may stand for what was not. */
function standInsOf(
  known: ReadonlyMap<string, unknown>,
  reload: Reload | null,
): { readonly appStart: string; readonly coldBuild: string } {
  const buildsAtStart = reload?.kind === "tool" && reload.tool.builds;
  return {
    appStart: known.has("appStart") ? "appStart" : "coldStart",
    // A measured cold start of such a tool holds its build.
    coldBuild:
      known.has("coldBuild") || known.has("coldStart") || !buildsAtStart ? "coldBuild" : "build",
  };
}

interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

const said = <T>(given: T | null, flag: string, assumed: T): Sourced<T> =>
  given === null ? { value: assumed, source: "assumed" } : { value: given, source: flag };

/** Programs whose handling of SIGTERM is known, when nothing else says it. */
const IGNORE_AS_PID1 = new Set(["node", "python", "python3", "ruby", "sleep", "tail", "cat"]);

function termHandling(
  container: Container,
  known: ReadonlyMap<string, KnownTiming>,
  asked: TermHandling["kind"] | null,
): Sourced<TermHandling> {
  const stopTime = known.get("stopTime");
  const afterUs = stopTime === undefined ? 0 : micros(decisiveValue(stopTime.measure));
  if (asked !== null) {
    const value: TermHandling =
      asked === "exits"
        ? { kind: asked, afterUs, code: 0 }
        : asked === "drains"
          ? { kind: asked, code: 0 }
          : { kind: asked };
    return { value, source: "--on-term" };
  }
  const drain = known.get("drain");
  if (drain !== undefined) return { value: { kind: "drains", code: 0 }, source: drain.source };
  if (stopTime !== undefined) {
    return { value: { kind: "exits", afterUs, code: 0 }, source: stopTime.source };
  }
  const program = container.command?.[0]?.split("/").at(-1) ?? "";
  if (IGNORE_AS_PID1.has(program)) {
    return { value: { kind: "default" }, source: `assumed: ${program} has no handler of its own` };
  }
  return { value: { kind: "exits", afterUs: 0, code: 0 }, source: "assumed" };
}

function termText(handling: TermHandling): string {
  switch (handling.kind) {
    case "exits":
      return `ends after ${handling.afterUs / 1_000_000}s`;
    case "drains":
      return "answers what is under way, then ends";
    case "default":
      return "no handler: as PID 1 it ignores the signal";
    case "go-default":
      return "a Go program without a handler: ends at once with code 2";
    case "ignores":
      return "ignores it";
  }
}

/** Of a measure in seconds. */
export function distributionOf(measure: Measure): Distribution {
  switch (measure.kind) {
    case "number":
      return { kind: "const", us: micros(measure.value) };
    case "uniform":
      return { kind: "uniform", fromUs: micros(measure.from), toUs: micros(measure.to) };
    case "lognormal":
      return { kind: "lognormal", medianUs: micros(measure.median), sigma: measure.sigma };
    case "samples":
      return { kind: "empirical", samplesUs: measure.samples.map(micros) };
    case "quantiles": {
      const { p50, p95, max, count } = measure;
      return { kind: "quantiles", p50: micros(p50), p95: micros(p95), max: micros(max), count };
    }
  }
}

const micros = (seconds: number): number => Math.round(seconds * 1_000_000);

/** `3s`, `p50 2s, p95 4s, max 5s`, `2s to 4s`, `128 MiB`. */
export function measureText(key: string, measure: Measure): string {
  const isSize = ["rss", "buildRss", "artifact", "gocache"].includes(key);
  const text = (value: number): string =>
    isSize ? `${Number((value / 2 ** 20).toFixed(1))} MiB` : `${Number(value.toFixed(6))}s`;
  switch (measure.kind) {
    case "number":
      return text(measure.value);
    case "uniform":
      return `${text(measure.from)} to ${text(measure.to)}`;
    case "lognormal":
      return `lognormal, median ${text(measure.median)}, σ ${measure.sigma}`;
    case "samples":
      return `${measure.samples.length} samples up to ${text(Math.max(...measure.samples))}`;
    case "quantiles":
      return `p50 ${text(measure.p50)}, p95 ${text(measure.p95)}, max ${text(measure.max)}`;
  }
}
