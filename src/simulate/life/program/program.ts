import type { LifeHappening, Micros } from "#model/life/life-event.js";
import type { Distribution, LifeInput, SaveOutcome } from "#simulate/life/life-input.js";
import type { Meeting } from "#simulate/life/traffic/listener.js";

/** What runs as PID 1 of a container. Told by the kubelet's side what befalls it, in order of time. */
export interface Program {
  /** The entrypoint begins. */
  start(): void;
  /** The stop signal. null: the image's own. */
  stop(signal: string | null): void;
  /** SIGKILL: PID 1 and all its children are gone at once. The host knows, and is not told. */
  kill(): void;
  /** What the service is made of was written. */
  save(content: Content): void;
  /** The serving process stops answering, its sockets open. */
  hang(): void;
  /** The serving process dies by itself. */
  crash(): void;
  /** Something builds in the container: answers take as long as measured during a build. */
  isBuilding(): boolean;
  /** How it answers a probe of its own port; null: it has none, the service is asked. */
  readonly face: SupervisorFace | null;
}

/** The probes that hotpod answers itself. */
export interface SupervisorFace {
  readonly port: number;
  /** The status of its answer; null: it is not there, and the connection is refused. */
  answer(path: string): number | null;
}

/** What was saved, and what will become of it. */
export interface Content {
  readonly id: string;
  readonly outcome: SaveOutcome;
}

/** Durations by the name they are measured under. */
export type Measured =
  | "build"
  | "coldBuild"
  | "appStart"
  | "coldStart"
  | "stopTime"
  | "drain"
  | "healthLatency"
  | "healthLatencyBuild";

/** The container around PID 1. */
export interface ProgramHost {
  readonly input: LifeInput;
  now(): Micros;
  after(delayUs: Micros, act: () => void): void;
  /** One drawn duration; null: it is not known. */
  draw(name: Measured): Micros | null;
  drawFrom(distribution: Distribution): Micros;
  /** PID 1 has ended by itself. Everything it started is gone with it. */
  ended(exitCode: number): void;
  /** What new connections to the service's address meet from now on. */
  meet(meeting: Meeting): void;
  /** A process that answered was killed in the midst of it. */
  cut(cause: string): void;
  /** A process that answered has closed its idle connections; this share of them is met by a request all the same. */
  closeIdle(share: number, cause: string): void;
  /** Somebody listens to what happens; false spares the trouble of saying it. */
  readonly heard: boolean;
  tell(src: "tool" | "gen", happening: LifeHappening, generation?: number): void;
  /** A content is answered for the first time. */
  served(content: Content): void;
  /** Processes of the service that live now, for their memory. */
  alive(processes: number): void;
}
