import { type Container, isSidecar } from "#model/kube/pod.js";
import type { Program, ProgramHost } from "#simulate/life/program/program.js";

/** A container that is not updated: an init container ends by itself when its time is over, any other runs until it is told to stop. */
export function simpleProgram(host: ProgramHost, container: Container, init: boolean): Program {
  let running = 0;
  const ends = (instance: number): void => {
    if (instance !== running) return;
    running = 0;
    host.ended(0);
  };
  let instances = 0;
  return {
    start() {
      instances += 1;
      running = instances;
      const instance = running;
      if (!init || isSidecar(container)) return;
      const takes = host.input.service.init[container.name];
      host.after(takes === undefined ? 0 : host.drawFrom(takes), () => ends(instance));
    },
    stop: () => ends(running),
    kill() {
      running = 0;
    },
    save: () => {},
    hang: () => {},
    crash: () => {},
    isBuilding: () => false,
    face: null,
  };
}
