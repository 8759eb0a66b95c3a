import { readDocuments } from "#manifest/text/read-documents.js";
import {
  joined,
  type ReadTimings,
  readEntries,
  readTimingAnnotations,
  readTimingFile,
  readTimingText,
} from "#manifest/timings/read-timings.js";
import type { Container } from "#model/kube/pod.js";
import type { Workload } from "#model/kube/workload.js";
import { decisiveValue, type KnownTiming } from "#model/timing.js";
import type { Clients, Distribution, LifeInput, NodeModel } from "#simulate/life/life-input.js";
import type { ChosenReload } from "./choose-reload.js";
import { inputError } from "./input-error.js";
import type { InputRow } from "./input-row.js";
import { readInputText } from "./load-manifests.js";
import { distributionOf, measureText, serviceModel } from "./service-model.js";
import type { SimulateOptions } from "./simulate-options.js";

/** What is simulated, and what the report says of where it came from. */
export interface PlannedLife {
  readonly input: LifeInput;
  readonly rows: readonly InputRow[];
}

/** Puts together what one simulation is made of, but for what happens in it: that is the plan. */
export function buildLifeInput(
  workload: Workload,
  container: Container,
  chosen: ChosenReload,
  timings: readonly KnownTiming[],
  options: SimulateOptions,
): PlannedLife {
  const { service, rows } = serviceModel(container, timings, chosen.reload, options.service);
  const input: LifeInput = {
    workload: { ...workload, replicas: options.replicas ?? workload.replicas },
    minor: options.minor,
    runtime: options.runtime,
    service,
    reload: chosen.reload,
    saves: [],
    faults: [],
    clients: clientsOf(options, timings),
    durationUs: options.durationUs ?? 0,
    phase: options.phase,
    seed: options.seed,
    rollout: options.rollout,
    fleet: options.fleet,
    node: nodeOf(options, timings),
  };
  return { input, rows: [...chosen.rows, ...timings.map(timingRow), ...rows] };
}

/** Everything that is known of times and sizes: flags, then the file, then annotations, then hotpod.yaml. */
export function readKnownTimings(
  workload: Workload,
  options: Pick<SimulateOptions, "timings" | "timingsFile" | "settings">,
): readonly KnownTiming[] {
  const flags = options.timings.map((text): ReadTimings => {
    const equals = text.indexOf("=");
    if (equals > 0) {
      return readTimingText(text.slice(0, equals), text.slice(equals + 1), "--timing", "--timing");
    }
    const problem = {
      where: "--timing",
      what: `${JSON.stringify(text)} has no value`,
      hint: "Write --timing build=3s.",
    };
    return { timings: [], problems: [problem] };
  });
  const found = joined([
    // Of two flags the later one counts.
    ...flags.reverse(),
    ...(options.timingsFile === null
      ? []
      : [readTimingFile(readInputText(options.timingsFile), options.timingsFile)]),
    readTimingAnnotations(workload.template.annotations),
    ...(options.settings === null ? [] : [settingsTimings(options.settings)]),
  ]);
  if (found.problems.length > 0) throw inputError("bad-timings", found.problems);
  return found.timings;
}

/** `check: {timings: {build: 3s}}` of hotpod.yaml. */
function settingsTimings(file: string): ReadTimings {
  const [document] = readDocuments(readInputText(file), file).documents;
  const check = fieldsOf(fieldsOf(document?.value).check);
  if (document === undefined) return { timings: [], problems: [] };
  return readEntries(fieldsOf(check.timings), document, ["check", "timings"], file);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? (value as Readonly<Record<string, unknown>>) : {};
}

function clientsOf({ clients }: SimulateOptions, timings: readonly KnownTiming[]): Clients {
  const pause = timings.find(({ key }) => key === "clientPause");
  const longestPauseUs =
    pause === undefined ? 5_000_000 : Math.round(decisiveValue(pause.measure) * 1_000_000);
  return { ...clients, longestPauseUs };
}

/** What a real node leaves open: detection up to a second, endpoints that follow within two. */
function nodeOf({ node }: SimulateOptions, timings: readonly KnownTiming[]): NodeModel {
  const lag = timings.find(({ key }) => key === "endpointLag");
  const endpointLag: Distribution =
    lag === undefined
      ? { kind: "uniform", fromUs: 0, toUs: 2_000_000 }
      : distributionOf(lag.measure);
  return { ...node, detectionUs: { kind: "uniform", fromUs: 0, toUs: 1_000_000 }, endpointLag };
}

const timingRow = ({ key, measure, source }: KnownTiming): InputRow => ({
  name: key,
  value: measureText(key, measure),
  source,
});
