import type { Settings } from "./settings.js";

/** New settings for a program that runs: what is fixed at start stays what it was. */
export function keepCold(running: Settings, read: Settings): Settings {
  return {
    ...read,
    policy: { ...read.policy, boot: running.policy.boot, handover: running.policy.handover },
    cwd: running.cwd,
    recipe: running.recipe,
    args: running.args,
    imageProgram: running.imageProgram,
    artifact: running.artifact,
    listen: running.listen,
    listenNamed: running.listenNamed,
    handover: running.handover,
    store: { ...read.store, dir: running.store.dir },
    probesListen: running.probesListen,
    controlSocket: running.controlSocket,
    terminal: running.terminal,
  };
}
