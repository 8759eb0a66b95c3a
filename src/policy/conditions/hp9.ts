import type { Condition } from "#policy/condition.js";
import { ENDS_WITH_IT, START_SECONDS, setting, some, timing } from "#policy/snippets.js";
import { KNATIVE } from "#policy/variables.js";

const strategy = `object.spec.?strategy.?type.orValue("RollingUpdate")`;

/** A number or a share of the pods that is all of them: rounded down, a share is all only from 100 % on. */
const takesAll = (value: string): string =>
  `[string(${value})].exists(v, v.endsWith("%") ? int(v.replace("%", "")) >= 100 : int(v) >= variables.replicas)`;

const canary = `object.spec.?strategy.?canary`;

/** Seconds from a failure to readiness knowing of it; 10 at the least. */
const notice = `[one.readiness[0].failures * one.readiness[0].period + one.readiness[0].timeout].map(u, u < 10 ? 10 : u)[0]`;

const initTiming = (name: string): string =>
  `variables.timings.filter(t, t.key == "init." + ${name}).map(t, t.value)`;

export const HP9: readonly Condition[] = [
  {
    rule: "HP901",
    each: "object",
    kinds: ["Deployment"],
    fails:
      `${strategy} == "Recreate" && variables.replicas != 0 && ${some("one.hot")} && ` +
      `!${some(`${setting("handover")}.exists(v, v == "restart")`)} && ` +
      `!${some("one.ports.exists(p, p.?hostPort.orValue(0) > 0)")} && ` +
      `variables.spec.?hostNetwork.orValue(false) == false && ` +
      `!variables.spec.?volumes.orValue([]).exists(v, has(v.persistentVolumeClaim))`,
  },
  {
    rule: "HP902",
    each: "object",
    kinds: ["Deployment", "Rollout"],
    fails:
      `variables.replicas >= 2 && (object.kind == "Deployment" ? ` +
      `${strategy} == "RollingUpdate" && ${takesAll(`object.spec.?strategy.?rollingUpdate.?maxUnavailable.orValue("25%")`)} : ` +
      `${canary}.hasValue() && ${takesAll(`${canary}.?maxUnavailable.orValue("25%")`)})`,
  },
  {
    rule: "HP903",
    each: "object",
    kinds: ["Deployment", "StatefulSet", "Rollout"],
    fails:
      `variables.replicas >= 2 && ${strategy} == "RollingUpdate" && ` +
      `object.spec.?updateStrategy.?type.orValue("RollingUpdate") == "RollingUpdate" && ` +
      `variables.running.filter(one, one.hot && one.readiness.size() > 0)` +
      `.map(one, object.spec.?minReadySeconds.orValue(0) < ${notice}).filter(late, late).size() > 0`,
  },
  {
    rule: "HP904",
    each: "object",
    kinds: ["Deployment"],
    fails:
      `${strategy} == "RollingUpdate" && variables.inits.all(i, ${initTiming("i.name")}.size() > 0) && ` +
      `variables.running.exists(one, ${START_SECONDS}.exists(s, ` +
      `([s * 1.5] + variables.inits.map(i, ${initTiming("i.name")}[0]) + ${timing("imagePull")}).sum() >= double(object.spec.?progressDeadlineSeconds.orValue(600))))`,
  },
  {
    rule: "HP906",
    each: "object",
    fails:
      `variables.served && variables.replicas == 1 && ` +
      `variables.running.exists(one, one.hot && one.mode == "refuse" && !one.gap.exists(g, g == 0.0))`,
  },
  {
    rule: "HP908",
    each: "object",
    kinds: [KNATIVE],
    fails:
      `${some("one.hot")} && ` +
      `!variables.annotations[?"autoscaling.knative.dev/min-scale"]` +
      `.orValue(variables.annotations[?"autoscaling.knative.dev/minScale"].orValue("0")).matches("^[1-9][0-9]*$")`,
  },
  {
    rule: "HP909",
    each: "running",
    kinds: ["Job", "CronJob"],
    fails: `!one.sidecar && (one.managed || (one.tool != "" && !${ENDS_WITH_IT}))`,
  },
];
