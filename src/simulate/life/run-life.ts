import type { PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { PodHost } from "#kubelet/machine/pod-host.js";
import { nodeVersion } from "#kubelet/node-version.js";
import type { LifeEvent, LifeHappening, Micros } from "#model/life/life-event.js";
import { hotpodProgram } from "#simulate/reload/hotpod-program.js";
import { toolProgram } from "#simulate/reload/tool-program.js";
import type { Given } from "./given.js";
import type { Fault, LifeInput, Save } from "./life-input.js";
import { type LifePod, lifePod, type Told } from "./pod/life-pod.js";
import { plainProgram } from "./program/plain-program.js";
import type { Content, Measured, Program, ProgramHost } from "./program/program.js";
import { type EventHeap, eventHeap } from "./time/event-heap.js";
import { type Service, service } from "./traffic/service.js";

/** One run under one choice of what is left open. */
export interface LifeRun {
  readonly given: Given;
  readonly pods: readonly LifePod[];
  readonly service: Service;
  readonly events: readonly LifeEvent[];
  /** By content, when it was first answered; the saves' own times are in the input. */
  readonly servedAt: ReadonlyMap<string, Micros>;
  /** Of each save, in order: what it wrote. */
  readonly contents: readonly Content[];
  readonly turns: number;
}

/** Who else acts on the pods during a run: a roll-out, a fleet's policy. */
export interface Director {
  begin(scene: Scene): void;
  /** The pod's condition Ready, its deletion or its end. */
  changed(pod: LifePod): void;
  gone(pod: LifePod): void;
  /** A pod answers with a content for the first time. */
  served?(pod: LifePod, content: Content): void;
  /** A save, which it hands on itself; absent: every pod has it at once. */
  saved?(save: number): void;
}

/** What a director works with. */
export interface Scene {
  readonly heap: EventHeap;
  readonly input: LifeInput;
  readonly given: Given;
  /** `established`: it was there long before, and is up as soon as it starts. */
  add(established?: boolean): LifePod;
  /** The pod's sources hold what this save wrote, from now on. */
  deliver(pod: LifePod, save: number): void;
  /** What the Deployment's controllers do. */
  tell(happening: LifeHappening): void;
}

export interface RunOptions {
  /** False: only counts, which is several times as fast. */
  readonly events: boolean;
  /** False: every tick of a probe is waited for. Changes no figure; without effect where there are events. true if absent. */
  readonly fastForward?: boolean;
  readonly director?: Director;
  /** When the first request is sent, if the service is there; 0 if absent. */
  readonly clientsFromUs?: Micros;
  /** PID 1 of the updated container, where it is not what the input says: a broken one, to try the checkers. */
  readonly program?: (host: ProgramHost, first: Content) => Program;
  /** The kubelet's world, where it is not as it should be: a broken one, to try the checkers. */
  readonly node?: (host: PodHost, machine: () => PodMachine) => PodHost;
}

const FIRST: Content = { id: "c0", outcome: { kind: "ok" } };

/** The life of all pods of the input, from 0 to its end. The same input and choice give the same run, anywhere. */
export function runLife(input: LifeInput, given: Given, options: RunOptions): LifeRun {
  const heap = eventHeap();
  const events: LifeEvent[] = [];
  const tell = options.events ? writer(heap, events) : null;
  const pods: LifePod[] = [];
  const servedAt = new Map<string, Micros>([[FIRST.id, 0]]);
  const { workload } = input;
  const clients = service(heap, input.clients, given, tell, options.clientsFromUs ?? 0);
  const around = {
    ...{ heap, input, given, tell },
    version: nodeVersion(input.minor, input.runtime),
    node: options.node ?? null,
    fastForward: options.fastForward ?? true,
    program: (host: ProgramHost) => options.program?.(host, FIRST) ?? programOf(host),
    endpointChanged(pod: LifePod) {
      clients.changed(pod);
      options.director?.changed(pod);
    },
    served(pod: LifePod, content: Content) {
      if (!servedAt.has(content.id)) servedAt.set(content.id, heap.now);
      options.director?.served?.(pod, content);
    },
    gone: (pod: LifePod) => options.director?.gone(pod),
  };
  const add = (established = false): LifePod => {
    const index = pods.length;
    const surroundings = established ? { ...around, program: alreadyUp(around.program) } : around;
    const pod = lifePod(surroundings, index, `${workload.name}-${index}`, workload.template);
    pods.push(pod);
    pod.machine.begin();
    // Whoever is to set them is not modelled.
    for (const gate of workload.template.spec.readinessGates) pod.machine.condition(gate, true);
    return pod;
  };
  const contents = contentsOf(input.saves);
  const deliver = (pod: LifePod, save: number): void => {
    const content = contents[save];
    const outcome = input.saves[save]?.outcome.kind;
    if (content === undefined || outcome === undefined || pod.record.ended !== null) return;
    const told: Told = { src: "tool", pod: pod.name, container: null, gen: null };
    tell?.({ ev: "save", data: { content: content.id, outcome } }, told);
    pod.save(content);
  };
  for (const [save, { at }] of input.saves.entries()) {
    heap.after(at, () => {
      if (options.director?.saved !== undefined) options.director.saved(save);
      else for (const pod of pods) deliver(pod, save);
    });
  }
  planFaults(heap, input, pods);
  if (options.director === undefined) {
    const several = workload.kind === "Pod" ? 1 : workload.replicas;
    heap.after(0, () => {
      for (let n = 0; n < several; n++) add();
    });
  } else {
    const { director } = options;
    const scene: Scene = {
      ...{ heap, input, given, add, deliver },
      tell: (happening) =>
        tell?.(happening, { src: "deploy", pod: workload.name, container: null, gen: null }),
    };
    heap.after(0, () => director.begin(scene));
  }
  while (heap.turn(input.durationUs)) {}
  heap.end(input.durationUs);
  clients.settle(input.durationUs);
  for (const { record } of pods) record.close(input.durationUs);
  return { given, pods, service: clients, events, servedAt, contents, turns: heap.turns };
}

function writer(heap: EventHeap, events: LifeEvent[]) {
  return (happening: LifeHappening, { src, pod, container, gen }: Told): void => {
    events.push({
      ...{ t: heap.now, src, pod },
      ...(container === null ? {} : { container }),
      ...(gen === null ? {} : { gen }),
      ...happening,
    });
  };
}

function programOf(host: ProgramHost): Program {
  const { reload } = host.input;
  if (reload === null) return plainProgram(host, FIRST);
  return reload.kind === "tool"
    ? toolProgram(host, reload.tool, FIRST)
    : hotpodProgram(host, reload.policy, FIRST);
}

/** A save that only touches writes what was there before. */
function contentsOf(saves: readonly Save[]): Content[] {
  let last = FIRST;
  return saves.map(({ outcome }, index) => {
    if (outcome.kind !== "touch") last = { id: `c${index + 1}`, outcome };
    return last;
  });
}

/** PID 1 of a pod that has been there for long: its first start takes no time. */
function alreadyUp(make: (host: ProgramHost) => Program): (host: ProgramHost) => Program {
  return (host) => {
    let up = false;
    return make({
      ...host,
      draw: (name) => (!up && STARTS.includes(name) ? 0 : host.draw(name)),
      meet(meeting) {
        if (meeting.mode === "ok") up = true;
        host.meet(meeting);
      },
    });
  };
}

const STARTS: readonly Measured[] = ["coldBuild", "coldStart", "appStart"];

function planFaults(heap: EventHeap, input: LifeInput, pods: readonly LifePod[]): void {
  for (const fault of input.faults) {
    const all = (act: (pod: LifePod) => void) => (): void => {
      for (const pod of pods) {
        if (pod.record.ended !== null) continue;
        const named = "pod" in fault ? fault.pod : null;
        if (named === null || named === pod.index) act(pod);
      }
    };
    planFault(heap, input, fault, all);
  }
}

function planFault(
  heap: EventHeap,
  input: LifeInput,
  fault: Fault,
  all: (act: (pod: LifePod) => void) => () => void,
): void {
  switch (fault.kind) {
    case "hang":
      heap.after(
        fault.at,
        all((pod) => pod.hang()),
      );
      return;
    case "crash":
      heap.after(
        fault.at,
        all((pod) => pod.crash()),
      );
      return;
    case "delete": {
      const grace = input.workload.template.spec.terminationGracePeriodSeconds;
      heap.after(
        fault.at,
        all((pod) => pod.delete(grace)),
      );
      return;
    }
    case "nodeReboot":
      heap.after(
        fault.at,
        all((pod) => pod.machine.rebooted()),
      );
      return;
    case "outage":
    case "dependencyDown": {
      const how = fault.kind === "outage" ? fault.how : "503";
      const cause = fault.kind === "outage" ? "outage" : "dependency";
      const meeting = { mode: HOW[how], cause };
      heap.after(
        fault.at,
        all((pod) => pod.overrule(meeting)),
      );
      heap.after(
        fault.untilUs,
        all((pod) => pod.overrule(null)),
      );
      return;
    }
    case "configEdit":
      // What a pod makes of it is the kubelet's next sync; nothing of the service model depends on it.
      heap.after(
        fault.at,
        all((pod) => pod.edited()),
      );
  }
}

const HOW = { refused: "closed", silent: "silent", "503": "5xx" } as const;
