import type { Artifact, GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";

/** Generations as trees of processes. Answers come as events. */
export interface Processes {
  /** → `generation-spawned` or `spawn-failed`, later `notified`, `accepting-seen`, `ready-answered`, `generation-exited`. */
  start(generation: GenerationId, artifact: Artifact, sockets: SocketSource): void;
  stopReadiness(generation: GenerationId): void;
  signal(generation: GenerationId, signal: string): void;
  /** → `generation-gone`, once no process of its tree is left. */
  kill(generation: GenerationId): void;
  /** → `liveness-answered`. */
  probeLiveness(generation: GenerationId): void;
  /** → `memory-measured`. */
  measureMemory(generation: GenerationId): void;
}
