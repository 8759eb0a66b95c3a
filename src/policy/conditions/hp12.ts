import type { Condition } from "#policy/condition.js";
import { HOT_CONFIG, TOUCHES, WATCHED } from "#policy/snippets.js";

const constant = `^(metadata\\\\.(name|namespace|uid)$|metadata\\\\.(name|namespace|uid)|spec\\\\.|status\\\\.)`;

const fieldPath = `e.?valueFrom.?fieldRef.?fieldPath.orValue("")`;
const key = `e.?valueFrom.?configMapKeyRef.?key.orValue(e.?valueFrom.?secretKeyRef.?key.orValue(${fieldPath}))`;

const kubeletWrites = `(has(v.configMap) || has(v.secret) || has(v.projected) || has(v.downwardAPI))`;

export const HP12: readonly Condition[] = [
  {
    rule: "HP1201",
    each: "running",
    fails:
      `one.env.exists(e, has(e.valueFrom) && !has(e.valueFrom.resourceFieldRef) && ` +
      `!${fieldPath}.matches("${constant}") && ` +
      `(e.name.startsWith("HOTPOD_") || [${key}].exists(k, k != "" && k in ${HOT_CONFIG}) || e.name in ${HOT_CONFIG}))`,
  },
  {
    rule: "HP1202",
    each: "running",
    fails:
      `one.mounts.exists(m, (m.?subPath.orValue("") != "" || m.?subPathExpr.orValue("") != "") && ` +
      `variables.spec.?volumes.orValue([]).exists(v, v.name == m.name && ${kubeletWrites}) && ` +
      `${WATCHED}.exists(p, ${TOUCHES}))`,
    sees: ["Paths that an inotifywait in the command names."],
  },
];
