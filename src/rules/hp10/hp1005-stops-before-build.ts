import { hiddenScript } from "#rules/reload/hidden-script.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import {
  type Figure,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const stopsBeforeBuild: Rule = {
  id: "HP1005",
  name: "stops-before-build",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "R,T?",
  exports: "none",
  fix: "suggest",
  title:
    "The old process is stopped before the new one is built, so the outage contains the whole compile.",
  why: "Compiling takes longer than starting. While it runs nobody answers, and the probes count.",
  when: "A tool that stops before it builds, with a command that builds: `wgo run`, or reflex, entr, watchexec or nodemon with `go build`, `go run` or `make` in their command.",
  remedy:
    "Two stages: one tool watches the sources and builds, the other watches the binary and restarts it. Or air from 1.65.2 on, or hotpod.",
  fires: "reflex -s -- sh -c 'go build && ./app'",
  quiet: "entr -r ./app, fed with the name of the binary only.",
  judge: { of: "reload", judge: judgeOrder },
};

function judgeOrder(reload: ReloadSubject): Outcome {
  const { program, tool, source, argv, config } = reload.use;
  if (tool === null) return NOT_APPLICABLE;
  if (program === "air") return open("R", AIR_VERSION);
  if (tool.stopWhen !== "beforeBuild" || !tool.builds) return PASS;
  if (argv.length < 2 && config === null) return NOT_APPLICABLE;
  const script = hiddenScript(reload);
  if (script !== null) return open("S", script);
  const build = reload.timing("build");
  const start = reload.timing("appStart");
  const seconds = (build?.value ?? 0) + (start?.value ?? 0);
  const figures: Figure[] = [build, start].flatMap((one) =>
    one === null ? [] : [timingFigure(one, "s")],
  );
  const lasts = build === null ? "" : ` of at least ${secondsText(seconds)}`;
  return fails({
    severity: "warning",
    at: source,
    message: `Under ${program} the service stops before the build: the outage${lasts} contains the whole compile.`,
    figures,
  });
}

const AIR_VERSION = "the version of air: before 1.65.2 it stops the service before it builds";
