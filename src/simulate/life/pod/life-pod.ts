import { createPodMachine, type PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { PodHost } from "#kubelet/machine/pod-host.js";
import type { NodeVersion } from "#kubelet/node-version.js";
import type { Container, Pod } from "#model/kube/pod.js";
import type { LifeHappening, Micros } from "#model/life/life-event.js";
import type { Given } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { Content, Program, ProgramHost } from "#simulate/life/program/program.js";
import type { EventHeap } from "#simulate/life/time/event-heap.js";
import type { Meeting } from "#simulate/life/traffic/listener.js";
import { type PodTraffic, podTraffic } from "#simulate/life/traffic/pod-traffic.js";
import { type PodWorld, podHost, programHost, type Say } from "./pod-hosts.js";
import { type PodRecord, podRecord } from "./pod-record.js";
import { probed } from "./probed.js";
import { simpleProgram } from "./simple-program.js";
import { type Strain, strainOf } from "./strain.js";

/** What one pod needs from the simulation around it. */
export interface PodSurroundings {
  readonly heap: EventHeap;
  readonly input: LifeInput;
  readonly given: Given;
  readonly version: NodeVersion;
  /** null: nobody listens. */
  readonly tell: ((event: LifeHappening, at: Told) => void) | null;
  /** Puts another world before the kubelet; null: it acts on its own. */
  readonly node: ((host: PodHost, machine: () => PodMachine) => PodHost) | null;
  /** Probes that can only succeed once more are not waited for. */
  readonly fastForward: boolean;
  /** Makes PID 1 of the container that is updated. */
  readonly program: (host: ProgramHost) => Program;
  /** The condition Ready or the deletion changed. */
  readonly endpointChanged: (pod: LifePod) => void;
  readonly served: (pod: LifePod, content: Content) => void;
  readonly gone: (pod: LifePod) => void;
}

export interface Told {
  readonly src: "kubelet" | "tool" | "gen" | "client" | "deploy";
  readonly pod: string;
  readonly container: string | null;
  readonly gen: number | null;
}

/** More comes than can be answered: nothing is answered in time. */
const OVERLOADED: Meeting = { mode: "silent", cause: "overload" };

/** One pod of the simulation. */
export interface LifePod {
  readonly index: number;
  readonly name: string;
  readonly machine: PodMachine;
  readonly traffic: PodTraffic;
  readonly record: PodRecord;
  readonly createdAt: Micros;
  readonly isDeleting: () => boolean;
  delete(graceSeconds: number): void;
  save(content: Content): void;
  hang(): void;
  crash(): void;
  /** A ConfigMap that it mounts was edited. */
  edited(): void;
  /** Its service meets clients and probes like this for a while, whatever it does itself; null: as it does. */
  overrule(meeting: Meeting | null): void;
  /** So many requests a second come to it from now on: where pods are queues, that is how fast they answer. */
  load(ratePerS: number): void;
}

function programsOf(world: PodWorld): Program[] {
  const { around, containers, pod, updated } = world;
  return containers.map((container, place) => {
    const host = programHost(world, place);
    if (place === updated) return around.program(host);
    return simpleProgram(host, container, place < pod.spec.initContainers.length);
  });
}

function sayer({ tell }: PodSurroundings, pod: string, containers: readonly Container[]): Say {
  return (src, happening, place, gen) => {
    const container = containers[place]?.name ?? null;
    tell?.(happening, { src, pod, container, gen: gen ?? null });
  };
}

export function lifePod(around: PodSurroundings, index: number, name: string, pod: Pod): LifePod {
  const { heap, input } = around;
  const containers = [...pod.spec.initContainers, ...pod.spec.containers];
  const updated = containers.findLastIndex((one) => one.name === input.service.container);
  const say = sayer(around, name, containers);
  const record = podRecord(heap);
  const traffic = podTraffic(input.clients, ({ kind, fromUs, toUs: untilUs, requests, cause }) => {
    const data = { fromUs, untilUs, kind, requests, cause };
    say("client", { ev: "refusedSegment", data }, updated);
  });
  let own: Meeting = { mode: "closed", cause: "start" };
  let ruled: Meeting | null = null;
  let [strain, mode]: [Strain, Meeting["mode"] | null] = ["none", null];
  const meet = (): void => {
    const alone = ruled ?? own;
    const strained = alone.mode === "ok" && strain !== "none" ? OVERLOADED : alone;
    const meeting = strain === "service" ? alone : strained;
    traffic.meet(strained, heap.now);
    record.met(meeting);
    probes.met(meeting);
    if (mode !== meeting.mode) machine.disturbed();
    mode = meeting.mode;
  };
  const world: PodWorld = {
    ...{ around, index, name, pod, containers, updated, say, record, traffic },
    stream: around.given.stream(`pod/${index}`),
    machine: () => machine,
    self: () => self,
    meet(meeting) {
      own = meeting;
      meet();
    },
  };
  const programs = programsOf(world);
  const program = programs[updated] as Program;
  const probes = probed({
    ...{ container: containers[updated] as Container, program },
    host: programHost(world, updated),
    answer: (kind, outcome) => machine.probeAnswered(updated, kind, outcome),
    failed: record.failed,
  });
  const machine = createPodMachine(pod, around.version, podHost(world, programs, probes));
  const self: LifePod = {
    ...{ index, name, machine, traffic, record, createdAt: heap.now },
    isDeleting: () => machine.state.deletionSeconds !== null,
    delete(graceSeconds) {
      machine.deleted(graceSeconds);
      around.endpointChanged(self);
    },
    save: (content) => program.save(content),
    hang: () => program.hang(),
    crash: () => program.crash(),
    edited: record.edited,
    overrule(meeting) {
      ruled = meeting;
      meet();
    },
    load(ratePerS) {
      const { fleet } = input;
      const found = fleet === null ? null : strainOf(fleet, input.service, ratePerS);
      if (found === null) return;
      probes.slow(found.healthUs);
      machine.disturbed();
      if (found.strain === strain) return;
      strain = found.strain;
      meet();
    },
  };
  return self;
}
