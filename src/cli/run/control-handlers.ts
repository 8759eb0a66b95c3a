import { explainJson } from "#config/explain.js";
import { monotonicNow } from "#edge/clock.js";
import type { ControlHandlers } from "#edge/http/control-server.js";
import { ownPid } from "#edge/surroundings.js";
import { noRollback } from "#generation/decide/recover.js";
import type { Driver } from "#generation/drive.js";
import type { Happening } from "#model/happening.js";
import type { Followed } from "./followed.js";
import type { LiveSettings } from "./live-settings.js";
import type { Log } from "./log.js";
import { statusView } from "./status-view.js";

/** What `hotpod ctl` asks and tells, in the core's words. */
export function controlHandlers(
  live: LiveSettings,
  driver: Driver,
  log: Log,
  followed: Followed,
): ControlHandlers {
  const happenings: Readonly<Record<Parameters<ControlHandlers["act"]>[0], Happening>> = {
    reload: { kind: "reload-requested" },
    promote: { kind: "promote-requested" },
    rollback: { kind: "rollback-requested" },
    pause: { kind: "pause-changed", paused: true },
    resume: { kind: "pause-changed", paused: false },
  };
  return {
    status: () => statusView(driver.status(), monotonicNow(), ownPid()),
    policy: () => explainJson(live.effective(), live.ageMs),
    config: followed.all,
    act: (action) => {
      if (action === "promote" && driver.state().candidate.kind !== "canary") {
        return "no canary has a share of the connections: there is nothing to promote";
      }
      const refused = action === "rollback" ? noRollback(driver.state()) : null;
      if (refused !== null) return refused;
      driver.dispatch(happenings[action]);
      return null;
    },
    recentEvents: log.recent,
    followEvents: log.follow,
  };
}
