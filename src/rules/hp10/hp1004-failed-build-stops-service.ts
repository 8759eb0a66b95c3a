import { hiddenScript } from "#rules/reload/hidden-script.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { airSetting, settingChange } from "#rules/reload/tool-setting.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { secondsText } from "#rules/subject/figure.js";

export const failedBuildStopsService: Rule = {
  id: "HP1004",
  name: "failed-build-stops-service",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "R",
  exports: "none",
  fix: "suggest",
  title: "A compile error interrupts the running service.",
  why: "A save that does not compile should change nothing. air without stop_on_error stops the service and starts the old program again, for nothing; with it, it stops the service and leaves it down. Tools that stop before they build have stopped it already.",
  when: "air with any setting; a tool that stops the service before its command builds.",
  remedy:
    "Use a tool that swaps only after a build that succeeded: CompileDaemon without -command-stop, or hotpod. For air beside a liveness probe, stop_on_error = false is the lesser harm.",
  fires: "air with stop_on_error = true and a livenessProbe: the kubelet kills the container.",
  quiet: "CompileDaemon as it is: the old program goes on.",
  judge: { of: "reload", judge: judgeFailure },
};

function judgeFailure(reload: ReloadSubject): Outcome {
  const { program, tool, source } = reload.use;
  if (tool === null) return NOT_APPLICABLE;
  if (program === "air") return fails(airFault(reload));
  if (!tool.builds) return NOT_APPLICABLE;
  if (tool.stopWhen !== "beforeBuild") return PASS;
  const script = hiddenScript(reload);
  if (script !== null) return open("S", script);
  return fails({
    severity: "warning",
    at: source,
    message: `When a build fails, ${program} has stopped the service already, and it stays down until one succeeds.`,
  });
}

function airFault(reload: ReloadSubject): Fault {
  const setting = airSetting(reload, "build", "stop_on_error");
  const at = setting?.at ?? reload.use.source;
  const liveness = reload.container?.probe("liveness") ?? null;
  if (setting?.value !== true) {
    const message =
      setting === null && reload.use.config === null
        ? "When a build fails, air stops the service; as stop_on_error says it stays down or the old program starts again."
        : "When a build fails, air stops the service and starts the old program again, for nothing.";
    return { severity: "warning", at, message };
  }
  if (liveness === null) {
    const message =
      "When a build fails, air stops the service and leaves it down until one succeeds.";
    return { severity: "warning", at, message };
  }
  const seconds = liveness.failureThreshold * liveness.periodSeconds;
  const change =
    setting.from === "file" ? settingChange(reload, "build", "stop_on_error", false) : null;
  return {
    severity: "error",
    at,
    message: `When a build fails, air leaves the service down, and liveness kills the container after ${secondsText(seconds)}.`,
    figures: [
      {
        name: "F·P",
        value: secondsText(seconds),
        source: `threshold ${liveness.failureThreshold}, period ${liveness.periodSeconds}`,
      },
    ],
    ...(change === null
      ? {}
      : { fix: { kind: "suggested", title: "stop_on_error = false", changes: [change] } }),
  };
}
