import type { Policy } from "#config/policy.js";
import { answers } from "#generation/answers.js";
import { drive } from "#generation/drive.js";
import type { Event } from "#generation/event.js";
import type { State } from "#generation/state.js";
import { initialState } from "#generation/state.js";
import { type Step, step } from "#generation/step.js";
import type { Content, Program, ProgramHost } from "#simulate/life/program/program.js";
import { artifactOf, hotpodPorts } from "./hotpod-ports.js";
import { type HotpodWorld, servingOf, showSockets, tellNow } from "./hotpod-world.js";

/** Where hotpod answers the kubelet. */
export const PROBES_PORT = 9247;

/** Sees every step of a simulated hotpod. */
export type StepWatch = (event: Event, step: Step, world: HotpodWorld) => void;

/**
 * hotpod as PID 1: its own core and its own loop, with a false world behind the ports. The core counts in milliseconds, a
 * simulation in whole microseconds.
 */
export function hotpodProgram(
  host: ProgramHost,
  policy: Policy,
  first: Content,
  core: (state: State, event: Event) => Step = step,
  watch: StepWatch | null = null,
): Program {
  let world = newWorld(host, first, first);
  return {
    start() {
      world = newWorld(host, world.content, first);
      const here = world;
      // Its own time begins with it, as a process's does: a later start makes no other roundings.
      const beganAt = host.now();
      world.driver = drive({
        state: initialState(policy, { terminal: false, weighs: false }),
        ports: hotpodPorts(here),
        clock: {
          now: () => (host.now() - beganAt) / 1_000,
          wakeAt: (wake, at) => {
            // The core compares in milliseconds: a wake a hair before its deadline would be asked for again for ever.
            const nearest = Math.round(at * 1_000);
            const dueUs = nearest / 1_000 < at ? nearest + 1 : nearest;
            const afterUs = Math.max(0, beganAt + dueUs - host.now());
            host.after(afterUs, () => tellNow(here, { kind: "woke", wake }));
          },
        },
        decide: core,
        ...(watch === null
          ? {}
          : { observe: (event: Event, taken: Step) => watch(event, taken, here) }),
      });
      showSockets(world);
      const image = { id: artifactOf(first.id), content: first.id };
      tellNow(world, { kind: "started", image, lastGood: null });
    },
    stop(signal) {
      const name = signal === "SIGINT" ? "SIGINT" : "SIGTERM";
      tellNow(world, { kind: "stop-requested", signal: name, terminal: false });
    },
    kill() {
      world.life = "over";
      for (const { app } of world.apps.values()) app.abandon();
      world.apps.clear();
      host.alive(0);
    },
    save(content) {
      world.content = content;
      world.contents.set(content.id, content);
      tellNow(world, { kind: "change-noticed" });
    },
    hang: () => servingOf(world)?.app.hang(),
    crash: () => servingOf(world)?.app.crash(),
    isBuilding: () => world.building !== null,
    face: {
      port: PROBES_PORT,
      answer(path) {
        const state = world.life === "running" ? world.driver?.state() : undefined;
        if (state === undefined) return null;
        const { live, ready, started } = answers(state);
        if (path === "/livez") return live.code;
        if (path === "/readyz") return ready.code;
        return path === "/startupz" ? started.code : 404;
      },
    },
  };
}

function newWorld(host: ProgramHost, content: Content, image: Content): HotpodWorld {
  const contents = new Map([image, content].map((one) => [one.id, one]));
  return {
    ...{ host, life: "running", content, contents },
    ...{ building: null, apps: new Map(), steered: null, stopping: false, cause: "start" },
    driver: null,
  };
}
