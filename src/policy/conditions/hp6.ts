import type { Condition } from "#policy/condition.js";
import { env } from "#policy/snippets.js";

const containers = `(variables.spec.?initContainers.orValue([]) + variables.spec.containers)`;

/** A whole host that everybody may publish on. */
const COVERS_PUBLIC =
  "^(\\\\*(\\\\.(com|org|in))?|github\\\\.com|gitlab\\\\.com|bitbucket\\\\.org|golang\\\\.org|google\\\\.golang\\\\.org|gopkg\\\\.in)(/\\\\*)*$";

const LABEL = "kubernetes.io/arch";
const selected = `variables.spec.?nodeSelector[?"${LABEL}"]`;
const terms = `variables.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])`;
const onArch = `e.key == "${LABEL}" && e.operator == "In"`;

export const HP6: readonly Condition[] = [
  {
    rule: "HP605",
    each: "object",
    fails:
      `${containers}.exists(c, c.?env.orValue([]).exists(e, ` +
      `(e.name == "GOSUMDB" && e.?value.orValue("").matches("^off($|[^A-Za-z0-9_.])")) || ` +
      `(e.name in ["GONOSUMDB", "GOPRIVATE", "GOINSECURE"] && e.?value.orValue("").split(",").exists(v, v.trim().matches("${COVERS_PUBLIC}")))))`,
  },
  {
    rule: "HP611",
    each: "running",
    fails:
      `${env("GOARCH")}.exists(a, ${selected}.hasValue() ? ${selected}.orValue("") != a : ` +
      `${terms}.size() > 0 && ${terms}.all(t, t.?matchExpressions.orValue([]).exists(e, ${onArch})) && ` +
      `${terms}.exists(t, t.matchExpressions.exists(e, ${onArch} && e.values.exists(v, v != a))))`,
  },
];
