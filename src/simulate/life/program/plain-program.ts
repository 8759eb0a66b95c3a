import type { Micros } from "#model/life/life-event.js";
import { type App, startApp } from "./app.js";
import type { Content, Program, ProgramHost } from "./program.js";

/** The image's own program, which nothing reloads. It is PID 1 itself. */
export function plainProgram(host: ProgramHost, first: Content): Program {
  let app: App | null = null;
  let number = 0;
  const show = (one: App): void => {
    const cause = one.state === "starting" ? "start" : one.state === "hung" ? "hang" : "stop";
    host.meet({ mode: one.mode(), cause: one.state === "ready" ? null : cause });
  };
  return {
    start() {
      number += 1;
      const startUs: Micros = host.draw("coldStart") ?? host.draw("appStart") ?? 0;
      const drainUs = (): Micros => host.draw("drain") ?? host.draw("stopTime") ?? 0;
      app = startApp(
        host,
        { number, content: first, startUs, pidOne: true, drainUs },
        {
          ready: (one) => host.served(one.content),
          changed(one) {
            if (one.state === "stopping") host.closeIdle(idleShare(host), "stop");
            show(one);
          },
          ended(one, exitCode) {
            if (one !== app) return;
            app = null;
            host.alive(0);
            host.cut("stop");
            host.meet({ mode: "closed", cause: "restart" });
            host.ended(exitCode);
          },
        },
      );
      host.alive(1);
      show(app);
    },
    stop: (signal) => app?.signal(signal ?? "SIGTERM"),
    kill() {
      app?.abandon();
      app = null;
      host.alive(0);
    },
    save: () => {},
    hang: () => app?.hang(),
    crash: () => app?.crash(),
    isBuilding: () => false,
    face: null,
  };
}

/** Of the idle connections a plain shutdown closes, those whose clients will not have noticed. */
export function idleShare({ input }: ProgramHost): number {
  return input.clients.looksAtIdle ? 0 : 1;
}
