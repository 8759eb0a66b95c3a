import { programOf, shutdownOf } from "#rules/go/go-serving.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { timingFigure } from "#rules/subject/figure.js";

export const stopWaitsForever: Rule = {
  id: "HP1011",
  name: "stop-waits-forever",
  severity: "warning",
  reason: "B",
  inputs: "R,T?",
  exports: "none",
  fix: "suggest",
  title: "The tool waits without limit for the old process.",
  why: "One connection that hangs blocks every later reload, and when the pod stops the grace period runs out.",
  when: "wgo, entr -r or nodemon, as long as nothing shows that the service's shutdown has a limit of its own.",
  remedy:
    "Give the service's shutdown a context with a timeout, or use a tool with a limit: watchexec --stop-timeout, or hotpod's drain limit.",
  fires: "wgo with a service that calls Shutdown(context.Background()).",
  quiet: "watchexec, which kills after its stop timeout; a shutdown with a timeout.",
  judge: { of: "reload", judge: judgeWait },
};

function judgeWait({ use, timing, container }: ReloadSubject): Outcome {
  const { program, tool, source } = use;
  if (tool === null || (use.argv.length < 2 && use.config === null)) return NOT_APPLICABLE;
  if (program === "entr" && use.problems.length > 0) return NOT_APPLICABLE;
  const [last] = tool.stop.slice(-1);
  if (last === undefined || last.waitUs !== null) return PASS;
  const go = container === null ? "unknown" : programOf(container);
  const shutdown = go === null || go === "unknown" ? "none" : shutdownOf(go);
  if (shutdown === "bounded") return PASS;
  const stop = timing("stopTime");
  return fails({
    severity: shutdown === "unbounded" ? "warning" : "info",
    at: source,
    message: `After ${last.signal} ${program} waits without limit, ${shutdown === "unbounded" ? "and the program's Shutdown has none either: one that hangs" : "and a shutdown that hangs"} blocks every later reload.`,
    ...(stop === null ? {} : { figures: [timingFigure(stop, "s")] }),
  });
}
