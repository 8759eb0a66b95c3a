import { explainJson, explainText } from "#config/explain.js";
import { settingsError } from "#config/problem.js";
import type { Resolved } from "#config/resolve-settings.js";
import type { Surroundings } from "#config/surroundings.js";
import { monotonicNow } from "#edge/clock.js";
import { keepHeapSmall } from "#edge/small-heap.js";
import { findSurroundings, inContainer, ownPid } from "#edge/surroundings.js";
import { wallNow } from "#edge/wall-clock.js";
import { watchPolicyFolder } from "#edge/watch/policy-folder.js";
import { statusText } from "#report/status-text.js";
import type { CommandContext } from "./command-line.js";
import { settingsSources } from "./load-settings.js";
import { followedConfig } from "./run/followed.js";
import { handleSignals } from "./run/handle-signals.js";
import { liveSettings } from "./run/live-settings.js";
import { createLog, type Log } from "./run/log.js";
import { settingsReader } from "./run/settings-reader.js";
import { statusView } from "./run/status-view.js";
import { type RunOptions, readRunOptions } from "./run-options.js";

/** `hotpod run`. Answers with the exit code once everything has ended. */
export async function runCommand(context: CommandContext): Promise<number> {
  const options = readRunOptions(context.argv);
  if (options.help) {
    context.signals.release();
    context.out.write((await import("./run-help.js")).runHelp());
    return 0;
  }
  const around = findSurroundings();
  const sources = await settingsSources(options, around);
  const resolved = sources.read();
  if (options.explain) return explain(context, options, resolved);
  if (resolved.settings === null) throw settingsError(resolved.problems);

  keepHeapSmall();
  const live = liveSettings(resolved.settings, resolved.effective, monotonicNow);
  const log = createLog(context.err, () => live.settings.log, colours(around));
  sayWhatIsOdd(resolved, log);
  // Loaded late: native code and servers are of no use to --explain or to a mistake.
  const { supervise } = await import("./run/supervise.js");
  const followed = followedConfig();
  const supervisor = await supervise(live, log, followed);
  const { driver } = supervisor;
  const again = () => settingsSources(options, around);
  const reader = settingsReader(sources, again, { live, supervisor, log });
  followed.add(reader.followed);
  const unwatch = watchPolicyFolder(sources.policyDir, reader.readPolicy);
  // What changed since the start was read is noticed by nobody.
  reader.readPolicy();
  void supervisor.ended.then(unwatch);
  handleSignals(context.signals, {
    emit: driver.dispatch,
    terminal: live.settings.terminal,
    readSettings: () => void reader.readAll(),
    logStatus: () => {
      const [message = "", ...more] = statusText(
        statusView(driver.status(), monotonicNow(), ownPid()),
      ).split("\n");
      log.say({ level: "info", event: "status", message, detail: more.join("\n") });
    },
  });
  return supervisor.ended;
}

function explain(context: CommandContext, options: RunOptions, resolved: Resolved): number {
  context.signals.release();
  const { effective, problems } = resolved;
  context.out.write(
    options.format === "json"
      ? JSON.stringify(explainJson(effective), null, 2)
      : explainText(effective, wallNow()),
  );
  if (problems.length > 0) throw settingsError(problems);
  return 0;
}

function sayWhatIsOdd(resolved: Resolved, log: Log): void {
  for (const message of resolved.warnings) log.say({ level: "warn", event: "settings", message });
  const grace = resolved.effective.find(({ key }) => key === "grace");
  if (grace?.origin.kind === "default" && inContainer()) {
    const message = `the grace period is assumed to be ${grace.shown}: set HOTPOD_GRACE to terminationGracePeriodSeconds less the preStop time`;
    log.say({ level: "info", event: "grace-assumed", message });
  }
}

function colours({ logTerminal, env }: Surroundings): boolean {
  return logTerminal && !env.NO_COLOR && env.TERM !== "dumb";
}
