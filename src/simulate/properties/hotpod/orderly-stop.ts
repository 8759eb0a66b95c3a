import type { Policy } from "#config/policy.js";
import type { Command } from "#generation/command.js";
import { exitCodeOf } from "#generation/exit-code.js";
import type { Exit, GenerationId } from "#model/generation.js";
import type { NewHotpodChecker } from "#simulate/properties/checker.js";
import {
  aliveCount,
  type HotpodWorld,
  servingNumber,
  servingOf,
} from "#simulate/reload/hotpod-world.js";

/**
 * I5: after the stop signal nothing new begins; what serves goes on for the delay, and is then asked to end; every generation is
 * gone and hotpod has left within its grace, with the verdict of the one that served.
 */
export const orderlyStop: NewHotpodChecker = ({ reload }) => {
  const policy = reload?.kind === "hotpod" ? reload.policy : null;
  /** Told to end before the stop, in a swap: they keep to their drain time. */
  const told = new Set<GenerationId>();
  let stopping: Stopping | null = null;
  return {
    watches: "I5",
    onStep(event, { commands }, world) {
      if (policy === null) return null;
      if (event.kind === "stop-requested") {
        const serves = servingOf(world)?.app.mode() === "ok";
        const serving = serves ? servingNumber(world) : null;
        const free = serving === null || told.has(serving);
        stopping ??= { at: event.at, serving: free ? null : serving, verdict: null };
      }
      if (stopping === null) {
        for (const one of commands) if (one.kind === "signal") told.add(one.generation);
        return null;
      }
      if (event.kind === "generation-exited" && event.generation === stopping.serving) {
        stopping.verdict = event.exit;
      }
      if (event.at > stopping.at + policy.graceMs) return "its grace is over, and it still acts";
      for (const command of commands) {
        const wrong = wrongCommand(command, event.at, stopping, policy, world);
        if (wrong !== null) return wrong;
      }
      return null;
    },
  };
};

interface Stopping {
  /** Milliseconds, as the core counts. */
  readonly at: number;
  readonly serving: GenerationId | null;
  verdict: Exit | null;
}

function wrongCommand(
  command: Command,
  at: number,
  { at: stoppedAt, serving, verdict }: Stopping,
  policy: Policy,
  world: HotpodWorld,
): string | null {
  switch (command.kind) {
    case "start-build":
    case "start-generation":
      return `${command.kind} after the stop signal`;
    case "signal": {
      const delayMs = Math.min(policy.shutdownDelayMs, policy.graceMs - 1_000);
      const early = command.generation === serving && at < stoppedAt + delayMs;
      return early ? "the serving generation is told to end before the delay is over" : null;
    }
    case "kill": {
      const alive = world.apps.get(command.generation)?.app.state !== "ended";
      const killAt = stoppedAt + Math.max(policy.graceMs / 2, policy.graceMs - 1_000);
      const early = command.generation === serving && alive && at < killAt;
      return early ? "the serving generation is killed before its grace is over" : null;
    }
    case "exit": {
      const alive = aliveCount(world);
      if (alive > 0) return `it leaves ${alive} generations behind`;
      if (verdict === null || command.code === exitCodeOf(verdict)) return null;
      return `it leaves with ${command.code}, the serving one had ${exitCodeOf(verdict)}`;
    }
    default:
      return null;
  }
}
