import type { Condition } from "#policy/condition.js";
import { PRE_STOP_SECONDS, START_SECONDS, setting, timing } from "#policy/snippets.js";

/** Measured times are taken this much longer. */
const SAFETY = "1.5";

/** Without failing for another reason, liveness kills no earlier than this, in seconds (K⁻). */
const earliestKill = (p: string): string =>
  `double((${p}.delay > 0 ? ${p}.delay - 1 : 0) + (${p}.failures - 1) * ${p}.period)`;

/** Seconds of a reload in which attempts of this probe fail: none while the old program serves, less while the socket is held. */
const failing = (p: string): string =>
  `(one.mode == "queue" ? (g > double(${p}.timeout) ? g - double(${p}.timeout) : 0.0) : g)`;

/** Seconds from the stop signal to the exit, with the safety factor where it was measured; empty: not known. */
const stopTime = `(one.managed ? [] : ${timing("stopTime")}.map(s, s * ${SAFETY}))`;

export const HP2: readonly Condition[] = [
  {
    rule: "HP201",
    each: "running",
    fails: `one.startup.size() == 0 && one.liveness.exists(p, ${START_SECONDS}.exists(s, s * ${SAFETY} > ${earliestKill("p")}))`,
  },
  {
    rule: "HP202",
    each: "running",
    fails: `one.startup.exists(p, ${START_SECONDS}.exists(s, s * ${SAFETY} > ${earliestKill("p")}))`,
  },
  {
    rule: "HP203",
    each: "running",
    fails: `one.hot && one.liveness.exists(p, one.gap.exists(g, ${failing("p")} > 0.0 && ${failing("p")} >= double((p.failures - 1) * p.period)))`,
  },
  {
    rule: "HP204",
    each: "running",
    fails: `one.hot && !one.managed && variables.served && one.mode == "refuse" && one.gap.exists(g, g > 0.0)`,
  },
  {
    rule: "HP205",
    each: "running",
    fails: `one.hot && variables.replicas <= 1 && one.readiness.exists(p, (one.managed && ${setting("readiness")}.exists(v, v == "hold")) || one.gap.exists(g, ${failing("p")} > 0.0 && ${failing("p")} >= double(p.failures * p.period)))`,
  },
  {
    rule: "HP206",
    each: "running",
    fails: `(one.liveness + one.readiness + one.startup).exists(p, p.timeout > p.period)`,
  },
  {
    rule: "HP208",
    each: "running",
    fails: `one.hot && (one.liveness + one.startup).exists(p, has(p.raw.terminationGracePeriodSeconds) && ${PRE_STOP_SECONDS}.exists(w, ${stopTime}.exists(s, double(p.raw.terminationGracePeriodSeconds) < w + s)))`,
  },
  {
    rule: "HP209",
    each: "running",
    fails: `one.liveness.exists(l, one.readiness.exists(r, (l.failures - 1) * l.period < r.failures * r.period + r.timeout))`,
  },
  {
    rule: "HP210",
    each: "running",
    fails: `one.liveness.exists(p, p.failures == 1 || (p.failures == 2 && one.hot))`,
  },
  {
    rule: "HP211",
    each: "running",
    // A container's own policy counts from 1.35 on, and no version is seen here.
    fails: `!one.sidecar && [variables.spec.?restartPolicy.orValue("Always")].exists(pod, pod != "Always" || one.raw.?restartPolicy.orValue(pod) != "Always") && (one.liveness + one.startup).size() > 0`,
  },
];
