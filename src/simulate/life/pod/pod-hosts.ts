import type { PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { PodHost } from "#kubelet/machine/pod-host.js";
import { isTick } from "#kubelet/machine/pod-state.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Container, HookHandler, Pod, ProbeKind } from "#model/kube/pod.js";
import type { LifeHappening, Micros } from "#model/life/life-event.js";
import type { Program, ProgramHost } from "#simulate/life/program/program.js";
import type { Stream } from "#simulate/life/time/stream.js";
import type { Meeting } from "#simulate/life/traffic/listener.js";
import type { PodTraffic } from "#simulate/life/traffic/pod-traffic.js";
import { GOOD } from "./answer-probe.js";
import type { LifePod, PodSurroundings, Told } from "./life-pod.js";
import type { PodRecord } from "./pod-record.js";
import type { Probed } from "./probed.js";

/** Tells of something in the container at this place; -1: of the pod. */
export type Say = (src: Told["src"], happening: LifeHappening, place: number, gen?: number) => void;

/** One pod, as its kubelet and its programs find it. */
export interface PodWorld {
  readonly around: PodSurroundings;
  readonly index: number;
  readonly name: string;
  readonly pod: Pod;
  readonly containers: readonly Container[];
  /** Place of the container that is updated. */
  readonly updated: number;
  readonly stream: Stream;
  readonly say: Say;
  readonly record: PodRecord;
  readonly traffic: PodTraffic;
  readonly machine: () => PodMachine;
  readonly self: () => LifePod;
  /** What clients meet at the service's own socket. */
  readonly meet: (meeting: Meeting) => void;
}

/** What PID 1 of a container acts on. */
export function programHost(world: PodWorld, place: number): ProgramHost {
  const { around, stream, record, traffic, say } = world;
  const { heap, input, tell } = around;
  return {
    input,
    now: () => heap.now,
    after: heap.after,
    draw(measured) {
      const distribution = input.service[measured];
      return distribution === null ? null : stream.draw(distribution);
    },
    drawFrom: stream.draw,
    ended(exitCode) {
      world.machine().exited(place, exitCode, exitCode === 0 ? "Completed" : "Error");
    },
    meet: world.meet,
    cut: (cause) => traffic.cut(heap.now, cause),
    closeIdle: (share, cause) => traffic.closeIdle(share, heap.now, cause),
    heard: tell !== null,
    tell: (src, happening, generation) => say(src, happening, place, generation),
    served: (content) => around.served(world.self(), content),
    alive: record.alive,
  };
}

/** Ticks of one pod: containers times what one of them can be woken for. */
const RANKS = 4_096;

/** What the pod's kubelet acts on. */
export function podHost(world: PodWorld, programs: readonly Program[], probes: Probed): PodHost {
  const host = soundHost(world, programs, probes);
  return world.around.node?.(host, world.machine) ?? host;
}

function soundHost(world: PodWorld, programs: readonly Program[], probes: Probed): PodHost {
  const { around, updated, containers, record, traffic, say } = world;
  const { heap } = around;
  // Ticks come after everything else of their instant, pod by pod, so that skipping them changes nothing.
  const first = world.index * RANKS;
  const rankOf = (code: number): number => (isTick(code, containers.length) ? first + code : -1);
  const sleeper = { woke: (code: number) => world.machine().woke(code) };
  return {
    now: () => heap.now,
    wakeAt: (code, at) => heap.at(at, sleeper, code, rankOf(code)),
    ...(around.fastForward ? { passed: (code: number) => heap.rank >= rankOf(code) } : {}),
    start: (place) => programs[place]?.start(),
    stop: (place, signal) => programs[place]?.stop(signal),
    kill(place) {
      programs[place]?.kill();
      if (place === updated) {
        traffic.cut(heap.now, "killed");
        world.meet({ mode: "closed", cause: "restart" });
      }
      world.machine().exited(place, 137, "Error");
    },
    hook(place, which, handler) {
      const instance = instanceOf(world, place);
      heap.after(hookUs(handler), () => {
        if (instanceOf(world, place) === instance) world.machine().hookEnded(place, which, true);
      });
    },
    ask: (place, kind, probe) => (place === updated ? probes.ask(kind, probe) : GOOD),
    open: openTimes(world),
    told: record.listener((happening, place) => say("kubelet", happening, place), {
      heard: around.tell !== null,
      names: containers.map(({ name }) => name),
      version: around.version,
      pod: `${world.name}_${world.pod.namespace}`,
      endpointChanged: () => around.endpointChanged(world.self()),
      gone: () => around.gone(world.self()),
    }),
  };
}

const instanceOf = ({ machine }: PodWorld, place: number): number =>
  machine().state.members[place]?.instance ?? -1;

/** A `sleep`, also as a command or inside `sh -c`. How long any other hook takes is not known: no time. */
function hookUs(handler: HookHandler): Micros {
  if (handler.kind === "sleep") return handler.seconds * 1_000_000;
  if (handler.kind !== "exec") return 0;
  const seconds = /(?:^|\s)sleep\s+(\d+(?:\.\d+)?)/.exec(handler.command.join(" "))?.[1];
  return Math.round(Number(seconds ?? 0) * 1_000_000);
}

function openTimes({ around, index, containers, stream }: PodWorld): PodHost["open"] {
  const { heap, input, given } = around;
  const { imagePull } = input.service;
  const pullUs = imagePull === null ? 0 : stream.draw(imagePull);
  const sandboxUs = input.node.containerStartUs + pullUs;
  const begins = heap.now;
  return {
    sandboxUs: () => sandboxUs,
    anchorOf(place: number, kind: ProbeKind) {
      const container = containers[place] as Container;
      const probe = probeOf(container, kind);
      const periodUs = (probe?.periodSeconds ?? 1) * 1_000_000;
      const phase = given.phaseUs(index, container.name, kind, periodUs);
      return phase === null ? begins : begins + sandboxUs + phase;
    },
    detectionUs: () => given.detectionUs(index, stream),
    requeueJitter: () => given.requeueJitter(index, stream),
    wallUs: Math.round(input.node.wallFraction * 1_000_000),
  };
}
