import type { Condition } from "#policy/condition.js";
import {
  baseName,
  list,
  PRE_STOP_SECONDS,
  SHARES_PIDS,
  settingSeconds,
  timing,
} from "#policy/snippets.js";
import { SHELL, whose } from "#policy/variables.js";

const HAS_HOOK = "one.raw.?lifecycle.?preStop.hasValue()";

/** Tools that hand SIGTERM on and reap what is left. */
const GOOD_AS_FIRST = whose(
  ({ onTerm, reapsOrphans }) => onTerm?.[0]?.signal === "SIGTERM" && reapsOrphans,
);

/** Every command of the container as one text each: its own, its hooks' and its probes'. */
const commands =
  `([one.argv] + [one.raw.?lifecycle.?postStart.?exec.?command.orValue([])] + [one.raw.?lifecycle.?preStop.?exec.?command.orValue([])] + ` +
  `(one.liveness + one.readiness + one.startup).map(q, q.raw.?exec.?command.orValue([])))` +
  `.map(w, w.size() > 2 && w[0].matches("${SHELL}") && w[1].matches("^-[a-z]*c$") ? w[2] : ` +
  `w.size() > 1 && w[0].matches("^(.*/)?kill$") ? w.join(" ") : "")`;

const first = `one.argv.filter(w, w == one.argv[0]).map(w, ${baseName("w")})`;

export const HP4: readonly Condition[] = [
  {
    rule: "HP401",
    each: "running",
    fails: `one.tool != "" && !(one.tool in ${GOOD_AS_FIRST}) && ${first}.exists(w, w == one.tool) && !${SHARES_PIDS}`,
  },
  {
    rule: "HP402",
    each: "running",
    fails:
      `one.script != "" && (one.hot || ${HAS_HOOK}) && !${SHARES_PIDS} && ` +
      `${first}.exists(w, w in ["sh", "bash", "ash", "dash"]) && ` +
      `!one.script.matches("\\\\btrap\\\\b[^;\\n]*\\\\b(SIG)?TERM\\\\b") && !one.parts.exists(p, p.matches("^exec\\\\s")) && one.parts.size() > 0`,
  },
  {
    rule: "HP405",
    each: "running",
    fails:
      `!${SHARES_PIDS} && ${first}.exists(w, w in ["sleep", "tail", "cat"] || ` +
      `(w in ["env", "exec"] && one.program in ["sleep", "tail", "cat"]))`,
  },
  {
    rule: "HP406",
    each: "running",
    fails:
      `!one.managed && (one.hot || ${HAS_HOOK}) && !(object.kind == "Job" && !variables.served) && ` +
      `${PRE_STOP_SECONDS}.exists(w, ${timing("stopTime")}.exists(s, ` +
      `w + 1.5 * s + 2.0 > double(variables.spec.?terminationGracePeriodSeconds.orValue(30))))`,
  },
  {
    rule: "HP407",
    each: "running",
    fails:
      `one.hot && !one.sidecar && !${HAS_HOOK} && variables.served && ` +
      `!(one.managed && ${settingSeconds("shutdown.delay")}.exists(s, s >= 2.0))`,
  },
  {
    rule: "HP410",
    each: "running",
    approximate: true,
    fails: `${SHARES_PIDS} && ${commands}.exists(t, t.matches("(^|[ ;&|/])kill( -s [A-Z0-9]+| -[A-Za-z0-9]+)* 1($|[ ;&|])"))`,
  },
  {
    rule: "HP411",
    each: "running",
    fails:
      `${first}.exists(w, w == "dumb-init") && ${list(["hotpod", "einhorn", "start_server"])}.exists(n, n == one.program) && ` +
      `!one.argv.exists(w, w == "--single-child" || w.matches("^-[a-z]*c[a-z]*$"))`,
  },
  {
    rule: "HP412",
    each: "running",
    fails: `one.managed && ${timing("clientPause")}.exists(p, ${settingSeconds("drain.timeout")}.exists(d, p > d))`,
  },
];
