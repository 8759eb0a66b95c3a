import type { Ports } from "#generation/drive.js";
import type { Artifact, Exit, GenerationId } from "#model/generation.js";
import type { MemoryReading } from "#model/memory-reading.js";
import type { Builds } from "#ports/builds.js";
import type { Listeners } from "#ports/listeners.js";
import type { Processes } from "#ports/processes.js";
import { type App, startApp } from "#simulate/life/program/app.js";
import {
  aliveCount,
  type HotpodWorld,
  servingOf,
  showSockets,
  tellLater,
  tellNow,
} from "./hotpod-world.js";
import { tellNotice } from "./tell-notice.js";

/** The ports of the production core, with this world behind them. */
export function hotpodPorts(world: HotpodWorld): Ports {
  return {
    builds: builds(world),
    processes: processes(world),
    listeners: listeners(world),
    journal: { announce: (notice) => tellNotice(world, notice) },
    exit(code) {
      world.life = "over";
      showSockets(world);
      world.host.ended(code);
    },
  };
}

function builds(world: HotpodWorld): Builds {
  const { host } = world;
  return {
    readInputs(ticket) {
      const { id } = world.content;
      const seen = { content: id, changed: [], midSave: false };
      tellLater(world, { kind: "inputs-read", ticket, ...seen });
    },
    start(build, id) {
      const content = world.contents.get(id);
      if (content === undefined) return;
      const under = { build, content };
      world.building = under;
      host.after(host.draw("build") ?? 0, () => {
        if (world.building !== under) return;
        world.building = null;
        if (content.outcome.kind === "buildFail") {
          const exit: Exit = { kind: "code", code: 1 };
          const failure = { kind: "command", exit, output: "" } as const;
          tellNow(world, { kind: "build-failed", build, failure });
        } else {
          const artifact: Artifact = { id: artifactOf(id), content: id };
          tellNow(world, { kind: "build-succeeded", build, artifact });
        }
      });
    },
    cancel(build) {
      if (world.building?.build !== build) return;
      world.building = null;
      tellLater(world, { kind: "build-cancelled", build });
    },
    keep: () => {},
    markGood: () => {},
  };
}

/** An artifact is named after the content it was built from. */
export const artifactOf = (content: string): string => `a:${content}`;
const contentOf = (artifact: string): string => artifact.slice(2);

function processes(world: HotpodWorld): Processes {
  const { host } = world;
  const appOf = (generation: GenerationId): App | null => world.apps.get(generation)?.app ?? null;
  return {
    start(generation, artifact, sockets) {
      const content = world.contents.get(contentOf(artifact.id)) ?? world.content;
      // Later ones find caches and files that the container's first start has made.
      const first = generation === 1;
      const warm = host.draw("appStart");
      const startUs = (first ? (host.draw("coldStart") ?? warm) : warm) ?? 0;
      // First of all: a program that takes no time to be ready is not ready before it is there.
      tellLater(world, { kind: "generation-spawned", generation, pid: generation + 1 });
      const app = startApp(
        host,
        { number: generation, content, startUs, pidOne: false, drainUs: () => drainUs(world) },
        {
          ready: () => tellNow(world, { kind: "notified", generation, notice: "ready" }),
          changed(one) {
            const serving = servingOf(world)?.app === one;
            if (one.state === "stopping") host.closeIdle(idleShare(world), "swap");
            if (serving) showSockets(world);
          },
          ended: (one, exitCode) => ended(world, generation, one, exitCode),
        },
      );
      world.apps.set(generation, {
        app,
        sockets: sockets.kind === "new" ? generation : socketsOf(world, sockets.generation),
      });
      host.alive(aliveCount(world));
    },
    stopReadiness: () => {},
    signal(generation, signal) {
      if (host.heard)
        host.tell("gen", { ev: "signal", data: { signal, to: "process" } }, generation);
      appOf(generation)?.signal(signal);
    },
    kill(generation) {
      const app = appOf(generation);
      if (app !== null && app.state !== "ended") {
        if (host.heard) {
          const data = { signal: "SIGKILL", to: "tree" };
          host.tell("gen", { ev: "signal", data }, generation);
        }
        app.signal("SIGKILL");
      }
      tellLater(world, { kind: "generation-gone", generation });
    },
    probeLiveness(generation) {
      const good = appOf(generation)?.mode() === "ok";
      const detail = good ? "200" : "no answer";
      // A service that hangs costs the question its whole time.
      const tookUs = good ? (host.draw("healthLatency") ?? 0) : 1_000_000;
      tellLater(world, { kind: "liveness-answered", generation, good, detail }, tookUs);
    },
    measureMemory(generation) {
      tellLater(world, { kind: "memory-measured", generation, memory: memoryOf(world) });
    },
  };
}

function ended(world: HotpodWorld, generation: GenerationId, app: App, exitCode: number): void {
  const { host } = world;
  const serving =
    servingOf(world)?.app === app || world.apps.get(generation)?.sockets === world.steered;
  if (serving) host.cut(world.stopping ? "stop" : "crash");
  if (serving && !world.stopping) world.cause = "crash";
  host.alive(aliveCount(world));
  if (host.heard) host.tell("gen", { ev: "exited", data: { exitCode, reason: "" } }, generation);
  showSockets(world);
  tellNow(world, { kind: "generation-exited", generation, exit: exitOf(exitCode) });
}

function socketsOf(world: HotpodWorld, generation: GenerationId): GenerationId {
  return world.apps.get(generation)?.sockets ?? generation;
}

const exitOf = (exitCode: number): Exit =>
  exitCode === 137
    ? { kind: "signal", signal: "SIGKILL" }
    : exitCode === 143
      ? { kind: "signal", signal: "SIGTERM" }
      : { kind: "code", code: exitCode };

function memoryOf(world: HotpodWorld): MemoryReading | null {
  const { input } = world.host;
  const { service, workload } = input;
  const { containers } = workload.template.spec;
  const container = containers.find(({ name }) => name === service.container);
  const limitBytes = container?.resources.limits.memoryBytes ?? null;
  if (limitBytes === null || service.rssBytes === null) return null;
  const usedBytes = service.rssBytes * aliveCount(world);
  return { limitBytes, usedBytes, generationBytes: service.rssBytes };
}

/** What is under way ends; kept-alive connections end with their next request, if that comes in the drain time. */
function drainUs(world: HotpodWorld): number {
  const { input } = world.host;
  const own = world.host.draw("drain") ?? world.host.draw("stopTime") ?? 0;
  return input.clients.keepAlive > 0 ? Math.max(own, input.clients.longestPauseUs) : own;
}

/** A lame duck ends no idle connection before its drain time is over. */
function idleShare(world: HotpodWorld): number {
  const { clients, reload } = world.host.input;
  if (reload?.kind !== "hotpod" || clients.looksAtIdle) return 0;
  const drain = reload.policy.drainTimeoutMs * 1_000;
  const { longestPauseUs } = clients;
  return longestPauseUs <= drain ? 0 : (longestPauseUs - drain) / longestPauseUs;
}

function listeners(world: HotpodWorld): Listeners {
  return {
    steer(generation) {
      world.steered = socketsOf(world, generation);
      const serving = servingOf(world);
      if (serving?.app.mode() === "ok") world.host.served(serving.app.content);
      showSockets(world);
    },
    // One crowd of clients meets one generation there: the core is told that it cannot be divided.
    share() {},
    stopAccepting() {},
    awaitQueue: (generation) => tellLater(world, { kind: "queue-emptied", generation }),
    release(generation) {
      world.apps.delete(generation);
    },
  };
}
