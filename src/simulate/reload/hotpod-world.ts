import type { Driver } from "#generation/drive.js";
import type { GenerationId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import type { App } from "#simulate/life/program/app.js";
import type { Content, ProgramHost } from "#simulate/life/program/program.js";

/** The world behind the ports of one simulated hotpod: its processes, sockets and sources as they really are. */
export interface HotpodWorld {
  readonly host: ProgramHost;
  /** hotpod itself runs; a container that was killed takes it along. */
  life: "running" | "over";
  /** What the sources say now. */
  content: Content;
  /** By artifact, which is named by its content here. */
  readonly contents: Map<string, Content>;
  building: { readonly build: number; readonly content: Content } | null;
  readonly apps: Map<GenerationId, Generation>;
  /** Whose socket gets new connections, by the name sockets go by. */
  steered: GenerationId | null;
  stopping: boolean;
  cause: string;
  driver: Driver | null;
}

export interface Generation {
  readonly app: App;
  /** Whose sockets it has: its own, or those it took over. */
  readonly sockets: GenerationId;
}

/** How the world reaches the supervisor: a turn later, and not once it is over. */
export function tellLater(world: HotpodWorld, happening: Happening, afterUs = 0): void {
  world.host.after(afterUs, () => tellNow(world, happening));
}

export function tellNow(world: HotpodWorld, happening: Happening): void {
  if (world.life === "running") world.driver?.dispatch(happening);
}

/** What new connections meet: hotpod holds the sockets, so that they wait where nobody accepts. */
export function showSockets(world: HotpodWorld): void {
  const { host } = world;
  if (world.life === "over") {
    host.meet({ mode: "closed", cause: "restart" });
    return;
  }
  const serving = servingOf(world);
  const mode = serving === null ? "queueing" : serving.app.mode();
  const held = mode === "closed" ? "queueing" : mode;
  host.meet({ mode: held, cause: held === "ok" ? null : causeOf(world, serving) });
}

function causeOf(world: HotpodWorld, serving: Generation | null): string {
  if (world.stopping) return "stop";
  return serving?.app.state === "hung" ? "hang" : world.cause;
}

export function servingOf(world: HotpodWorld): Generation | null {
  let found: Generation | null = null;
  for (const generation of world.apps.values()) {
    if (generation.sockets === world.steered && generation.app.state !== "ended") {
      found = generation;
    }
  }
  return found;
}

/** The number of the generation that has the sockets; null: none has. */
export function servingNumber(world: HotpodWorld): GenerationId | null {
  const serving = servingOf(world);
  for (const [number, generation] of world.apps) if (generation === serving) return number;
  return null;
}

export function aliveCount(world: HotpodWorld): number {
  let alive = 0;
  for (const { app } of world.apps.values()) if (app.state !== "ended") alive += 1;
  return alive;
}
