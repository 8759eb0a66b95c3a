import type { Condition } from "#policy/condition.js";
import {
  env,
  list,
  PRE_STOP_SECONDS,
  quoted,
  setting,
  settingSeconds,
  settingText,
} from "#policy/snippets.js";
import { RULES } from "#rules/catalogue.js";

/** What the pod leaves for the stop, in seconds. */
const room = (preStop: string): string =>
  `(double(variables.spec.?terminationGracePeriodSeconds.orValue(30)) - ${preStop})`;

const OWN_PATHS = ["/livez", "/readyz", "/startupz"];

/** A list with the port at the end of an address. */
const portOf = (address: string): string =>
  `[${address}].filter(a, a.matches(":[0-9]+$")).map(a, int(a.split(":")[a.split(":").size() - 1]))`;

const probesPort = portOf(settingText("probes.listen"));

/** Ports of the service: as they are told, else $PORT, else 8080. */
const servicePorts =
  `(${setting("listen")} + ${env("PORT")}.map(p, ":" + p) + [":8080"])[0]` +
  `.split(",").filter(a, a.matches(":[0-9]+$")).map(a, int(a.split(":")[a.split(":").size() - 1]))`;

/** The probe's port as a number: none where a name is not found. */
const asked = (probe: string): string =>
  `(string(${probe}.raw.httpGet.port).matches("^[0-9]+$") ? [int(string(${probe}.raw.httpGet.port))] : ` +
  `one.ports.filter(p, p.?name.orValue("") == string(${probe}.raw.httpGet.port)).map(p, int(p.containerPort)))`;

/** \`wrongPath\`: CEL of a path that hotpod does not serve for this kind of probe. */
const mismatch = (probes: string, isServed: string): string =>
  `${probes}.exists(q, has(q.raw.httpGet) && ${asked("q")}.exists(n, ` +
  `[q.raw.httpGet.?path.orValue("/").split("?")[0]].exists(path, n in ${probesPort} ? !(${isServed}) : ` +
  `path in ${list(OWN_PATHS)} && !(n in ${servicePorts}) && !one.ports.exists(p, p.containerPort == n))))`;

const IDS = list(RULES.map(({ id }) => id));
const IGNORE = "hotpod.dev/ignore.";

/** The reason stands before the first word with a meaning of its own. */
const badIgnore = (annotations: string): string =>
  `${annotations}.exists(k, k.startsWith(${quoted(IGNORE)}) && (!(k.replace(${quoted(IGNORE)}, "") in ${IDS}) || ` +
  `${annotations}[k].split(";").map(w, w.trim()).filter(w, !w.matches("^(class|until|container)\\\\s*=")).join("; ").size() < 10))`;

export const HP13: readonly Condition[] = [
  {
    rule: "HP1301",
    each: "running",
    fails:
      `one.managed && ${PRE_STOP_SECONDS}.exists(w, ${settingSeconds("grace")}.exists(g, ${settingSeconds("drain.timeout")}.exists(d, ` +
      `g > ${room("w")} || g < ${room("w")} - 5.0 || d + 1.0 > g)))`,
  },
  {
    rule: "HP1305",
    each: "running",
    fails:
      `one.managed && (${mismatch("one.startup", `path in ["/readyz", "/startupz"]`)} || ` +
      `${mismatch("(one.liveness + one.readiness)", `path in ${list(OWN_PATHS)}`)})`,
  },
  {
    rule: "HP1307",
    each: "object",
    fails: `${badIgnore("object.metadata.?annotations.orValue({})")} || ${badIgnore("variables.annotations")}`,
    sees: ["What day it is: that an `until` has passed, or is no date; classes that do not exist."],
  },
];
