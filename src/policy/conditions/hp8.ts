import type { Condition } from "#policy/condition.js";
import { some } from "#policy/snippets.js";

const strategy = `object.spec.?strategy.?type.orValue("RollingUpdate")`;
const numbers = `object.spec.?strategy[?(object.kind == "Rollout" ? "canary" : "rollingUpdate")]`;
const surge = `string(${numbers}.?maxSurge.orValue("25%"))`;
const unavailable = `string(${numbers}.?maxUnavailable.orValue("25%"))`;

/** Rounded down, and none. */
const isNone = (text: string): string =>
  `[${text}].exists(v, v.endsWith("%") ? int(v.replace("%", "")) * variables.replicas < 100 : int(v) == 0)`;

/** Rounded up, and some. */
const isSome = (text: string): string => `[${text}].exists(v, int(v.replace("%", "")) > 0)`;

const port = (probe: string): string =>
  `${probe}.raw.?httpGet.?port.orValue(${probe}.raw.?tcpSocket.?port.orValue(80))`;

export const HP8: readonly Condition[] = [
  {
    rule: "HP802",
    each: "object",
    kinds: ["Deployment", "Rollout"],
    fails:
      `${strategy} == "RollingUpdate" && variables.replicas != 0 && ${some("one.hot")} && ` +
      `(variables.spec.?hostNetwork.orValue(false) == true || ${some("one.ports.exists(p, p.?hostPort.orValue(0) > 0)")}) && ` +
      `${isNone(unavailable)} && ${isSome(surge)}`,
  },
  {
    rule: "HP803",
    each: "running",
    fails:
      `(one.liveness + one.readiness + one.startup).exists(q, [string(${port("q")})].exists(n, ` +
      `!n.matches("^[0-9]+$") && !one.ports.exists(p, p.?name.orValue("") == n)))`,
    sees: [
      "Where the program listens, by its arguments or hotpod's settings: numbers that nobody serves.",
    ],
  },
];
