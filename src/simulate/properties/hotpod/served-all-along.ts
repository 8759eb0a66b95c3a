import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { LifePod } from "#simulate/life/pod/life-pod.js";
import type { LifeChecker, Told } from "#simulate/properties/checker.js";
import {
  type ContainerStream,
  found,
  seconds,
} from "#simulate/properties/node/container-streams.js";

/**
 * I1, for any reload tool: once the service was up, and until its container is told to end, it accepts and answers, unless it
 * breaks by itself: it crashes, hangs, or what it depends on is gone. A swap in `restart` order leaves a gap in which hotpod holds
 * the sockets.
 */
export const servedAllAlong: LifeChecker = {
  watches: "I1",
  look(told) {
    for (const pod of told.run.pods) {
      const stream = told.streams.find(
        ({ podIndex, container }) =>
          podIndex === pod.index && container.name === told.input.service.container,
      );
      const wrong = stream === undefined ? null : followPod(told, pod, stream);
      if (wrong !== null) return wrong;
    }
    return null;
  },
};

interface Stretch {
  readonly fromUs: Micros;
  readonly toUs: Micros;
}

function followPod({ input, run }: Told, pod: LifePod, stream: ContainerStream): string | null {
  const crashes = crashesOf(run.events, pod.name);
  for (const life of instancesOf(stream, input.durationUs)) {
    let up = false;
    let excused = false;
    for (const { at, mode, cause } of pod.record.edges) {
      if (at < life.fromUs || at >= life.toUs) continue;
      if (mode === "ok") {
        up = true;
        excused = false;
        continue;
      }
      if (!up) continue;
      const broken = breaksBySelf(input, pod.index, at, crashes);
      excused ||= broken || (isRestartOrder(input) && mode !== "closed");
      if (excused && !(isHotpod(input) && mode === "closed" && !broken)) continue;
      return found(stream, at, `clients meet ${mode} (${cause ?? "no reason"})`);
    }
  }
  return null;
}

/** From each start of the container to what ends its service with reason. */
function instancesOf(stream: ContainerStream, durationUs: Micros): Stretch[] {
  const lives: Stretch[] = [];
  let fromUs: Micros | null = null;
  const end = (toUs: Micros): void => {
    if (fromUs === null) return;
    const reboot = stream.rebootedAt.find((at) => at >= (fromUs ?? 0)) ?? durationUs;
    lives.push({ fromUs, toUs: Math.min(toUs, stream.deletedAt, reboot) });
    fromUs = null;
  };
  for (const event of stream.events) {
    if (event.ev === "killing" || event.ev === "exited") end(event.t);
    if (event.ev === "started") fromUs = event.t;
  }
  end(durationUs);
  return lives;
}

/** Whether the service is not there at this instant by no doing of the tool. */
function breaksBySelf(
  { faults }: LifeInput,
  pod: number,
  at: Micros,
  crashes: ReadonlySet<Micros>,
): boolean {
  if (crashes.has(at)) return true;
  return faults.some((fault) => {
    switch (fault.kind) {
      case "hang":
      case "crash":
        return fault.at === at && (fault.pod ?? pod) === pod;
      case "outage":
        return fault.at <= at && at <= fault.untilUs && (fault.pod ?? pod) === pod;
      case "dependencyDown":
        return fault.at <= at && at <= fault.untilUs;
      default:
        return false;
    }
  });
}

/** When processes ended whose content crashes by itself. */
function crashesOf(events: readonly LifeEvent[], pod: string): Set<Micros> {
  const crashing = new Set<string>();
  const contents = new Map<number, string>();
  const found = new Set<Micros>();
  for (const event of events) {
    if (event.pod !== pod) continue;
    if (event.ev === "save" && event.data.outcome === "crash") crashing.add(event.data.content);
    if (event.src !== "gen" || event.gen === undefined) continue;
    if (event.ev === "genStart") contents.set(event.gen, event.data.content);
    if (event.ev === "exited" && crashing.has(contents.get(event.gen) ?? "")) found.add(event.t);
  }
  return found;
}

const isHotpod = ({ reload }: LifeInput): boolean => reload?.kind === "hotpod";

const isRestartOrder = ({ reload }: LifeInput): boolean =>
  reload?.kind === "hotpod" && reload.policy.handover === "restart";

/** I1 as clients see it: under hotpod, where nothing breaks by itself, no update costs a request. */
export const nothingLost: LifeChecker = {
  watches: "I1",
  look({ input, run }) {
    const breaks =
      input.faults.length > 0 || input.saves.some(({ outcome }) => outcome.kind === "crash");
    if (!isHotpod(input) || isRestartOrder(input) || breaks) return null;
    for (const { name, record } of run.pods) {
      const up = record.edges.find(({ mode }) => mode === "ok")?.at;
      if (up === undefined || record.kills > 0 || record.restarts > 0) continue;
      for (const event of run.events) {
        if (event.ev !== "refusedSegment" || event.pod !== name) continue;
        const { kind, requests, cause, untilUs } = event.data;
        // Idle connections that a drain ends too early are the settings' doing.
        if (untilUs <= up || kind === "eof" || requests <= 1e-6) continue;
        return `${name} at ${seconds(event.t)}: ${requests} requests ${kind} (${cause})`;
      }
    }
    return null;
  },
};
