import type { Condition } from "#policy/condition.js";
import { env, setting, some, TOUCHES, WATCHED } from "#policy/snippets.js";

const labels = "variables.template.?metadata.?labels.orValue({})";

const hasLabels = (wanted: string): string =>
  `${wanted}.all(k, k in ${labels} && ${labels}[k] == ${wanted}[k])`;

/** The other objects of a kind. */
const others = (kind: string): string => `variables.others.filter(o, o.kind == "${kind}")`;

/** Services whose selector matches the pods. An empty selector selects nothing. */
const services =
  `${others("Service")}.filter(o, o.apiVersion == "v1" && o.spec.?selector.orValue({}).size() > 0 && ` +
  `${hasLabels("o.spec.selector")})`;

const requirement =
  `(e.operator == "In" ? e.key in ${labels} && ${labels}[e.key] in e.values : ` +
  `e.operator == "NotIn" ? !(e.key in ${labels}) || !(${labels}[e.key] in e.values) : ` +
  `e.operator == "Exists" ? e.key in ${labels} : !(e.key in ${labels}))`;

const selectsPods =
  `${hasLabels("o.spec.?selector.?matchLabels.orValue({})")} && ` +
  `o.spec.?selector.?matchExpressions.orValue([]).all(e, ${requirement})`;

/** Pods at the least: the autoscaler's minimum, if one targets it. */
const replicas =
  `(${others("HorizontalPodAutoscaler")}.filter(o, o.spec.scaleTargetRef.kind == object.kind && ` +
  `o.spec.scaleTargetRef.name == object.metadata.name).map(o, o.spec.?minReplicas.orValue(1)) + [variables.replicas])[0]`;

const percent = (value: string): string => `int(string(${value}).replace("%", ""))`;

/** A budget that lets no pod go. Shares are rounded up, as the disruption controller does. */
const blocks = (count: string): string =>
  `(o.spec.?maxUnavailable.hasValue() ? ${percent("o.spec.maxUnavailable")} == 0 : ` +
  `o.spec.?minAvailable.hasValue() && (string(o.spec.minAvailable).endsWith("%") ? ` +
  `${percent("o.spec.minAvailable")} * ${count} > 100 * (${count} - 1) : ${percent("o.spec.minAvailable")} >= ${count}))`;

/** The whole command of an init container as one text. */
const text = `(one.?command.orValue([]) + one.?args.orValue([])).join(" ")`;
const waits = `${text}.matches("\\\\b(until|while|for)\\\\b") && ${text}.matches("\\\\b(nc|wget|curl|pg_isready|nslookup|getent|redis-cli|ping)\\\\b")`;
/** Looking up a name that has an address succeeds without any pod. */
const looksUp = `${text}.matches("\\\\b(nslookup|getent)\\\\b")`;

const volume = `variables.spec.?volumes.orValue([])`;

const restarts =
  `(variables.annotations.exists(k, k.lowerAscii().matches("checksum|hash|config-version")) || ` +
  `[variables.annotations, object.metadata.?annotations.orValue({})].exists(a, a.exists(k, k.matches("^(reloader\\\\.stakater\\\\.com|configmap\\\\.reloader|secret\\\\.reloader|keel\\\\.sh)/"))))`;

const isPlain = (name: string): string =>
  `[${name}].exists(n, !n.matches("-[a-z0-9]{10}$") && ${others("ConfigMap")}.exists(o, o.metadata.name == n))`;

const lacksKey = (kind: string, field: string): string =>
  `has(e.valueFrom.${field}) && e.valueFrom.${field}.?optional.orValue(false) == false && ` +
  `${others(kind)}.exists(o, o.metadata.name == e.valueFrom.${field}.?name.orValue("") && ` +
  `!(e.valueFrom.${field}.key in o.?data.orValue({})) && !(e.valueFrom.${field}.key in o.?stringData.orValue({})) && ` +
  `!(e.valueFrom.${field}.key in o.?binaryData.orValue({})))`;

/** Rules that need other objects: only Rego has them, from Gatekeeper's inventory or from the other files. */
export const WITH_INVENTORY: readonly Condition[] = [
  {
    rule: "HP304",
    each: "inits",
    approximate: true,
    sees: ["Hosts that are put in from variables."],
    fails:
      `${waits} && ${services}.exists(o, o.spec.?publishNotReadyAddresses.orValue(false) == false && ` +
      `!(${looksUp} && o.spec.?clusterIP.orValue("") != "None") && ` +
      `${text}.matches("[ /@=]" + o.metadata.name + "(\\\\." + object.metadata.?namespace.orValue("default") + "(\\\\.svc[a-z.]*)?)?([ :/?;]|$)"))`,
  },
  {
    rule: "HP804",
    each: "object",
    sees: [
      "Which port a program listens on by its arguments, and numbers that nothing listens on.",
    ],
    fails:
      `${some("one.hot")} && ${services}.exists(o, o.spec.?type.orValue("") != "ExternalName" && o.spec.?ports.orValue([]).exists(p, ` +
      `has(p.targetPort) && [string(p.targetPort)].exists(target, target.matches("^[0-9]+$") ? ` +
      `${some(`one.managed && ${env("PORT")}.exists(v, v == target) && !${setting("listen")}.exists(v, v.endsWith(":" + target)) && ${setting("listen")}.size() > 0`)} : ` +
      `!${some('one.ports.exists(q, q.?name.orValue("") == target)')})))`,
  },
  {
    rule: "HP805",
    each: "object",
    fails:
      `${services}.exists(o, o.spec.?publishNotReadyAddresses.orValue(false) == true && o.spec.?clusterIP.orValue("") != "None") && ` +
      `${some(`one.hot && one.readiness.size() > 0 && (!one.managed || one.mode == "queue" || ${setting("readiness")}.exists(v, v == "hold"))`)}`,
  },
  {
    rule: "HP905",
    each: "object",
    fails:
      `!(object.kind in ["Job", "CronJob"]) && ${some("one.hot")} && [${replicas}].exists(count, count >= 2 && ` +
      `${others("PodDisruptionBudget")}.size() > 0 && ` +
      `!${others("PodDisruptionBudget")}.exists(o, ${selectsPods} && !${blocks("count")}))`,
  },
  {
    rule: "HP907",
    each: "object",
    fails:
      `${some("one.managed")} && variables.others.exists(o, o.kind in ["HorizontalPodAutoscaler", "HotUpdate"]) && ` +
      `!${others("HotUpdate")}.exists(o, ${selectsPods}) && ` +
      `(variables.replicas > 1 || ${others("HorizontalPodAutoscaler")}.exists(o, o.spec.scaleTargetRef.kind == object.kind && o.spec.scaleTargetRef.name == object.metadata.name))`,
  },
  {
    rule: "HP1203",
    each: "running",
    fails:
      `one.mounts.exists(m, ${WATCHED}.exists(p, ${TOUCHES}) && ${volume}.exists(v, v.name == m.name && ` +
      `variables.others.exists(o, o.?immutable.orValue(false) == true && (` +
      `(o.kind == "ConfigMap" && v.?configMap.?name.orValue("") == o.metadata.name) || ` +
      `(o.kind == "Secret" && v.?secret.?secretName.orValue("") == o.metadata.name)))))`,
  },
  {
    rule: "HP1204",
    each: "object",
    fails: `${some("one.hot")} && !${restarts} && ${some(
      `one.env.exists(e, ${isPlain(`e.?valueFrom.?configMapKeyRef.?name.orValue("")`)}) || ` +
        `one.raw.?envFrom.orValue([]).exists(e, ${isPlain(`e.?configMapRef.?name.orValue("")`)}) || ` +
        `one.mounts.exists(m, (m.?subPath.orValue("") != "" || m.?subPathExpr.orValue("") != "") && ` +
        `${volume}.exists(v, v.name == m.name && ${isPlain(`v.?configMap.?name.orValue("")`)}))`,
    )}`,
  },
  {
    rule: "HP1207",
    each: "running",
    fails: `one.env.exists(e, has(e.valueFrom) && ((${lacksKey("ConfigMap", "configMapKeyRef")}) || (${lacksKey("Secret", "secretKeyRef")})))`,
  },
];
