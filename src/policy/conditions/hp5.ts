import type { Condition } from "#policy/condition.js";
import {
  absolute,
  BUILDS_HERE,
  GOCACHE,
  HOT_FILES,
  limitOf,
  mountOf,
  parentOf,
  setting,
  timing,
  volumeOf,
  WORK_DIRECTORY,
} from "#policy/snippets.js";
import { parts, whose } from "#policy/variables.js";
import { CHECK_DEFAULTS } from "#rules/subject/check-parameters.js";

/** Folders that a reload writes into: the output's, air's tmp_dir, and Go's own where a build runs. hotpod's store is its own. */
const folders =
  `((one.managed ? [] : ${HOT_FILES}.map(f, ${parentOf("f")})) + ` +
  `(one.tool == "air" && has(one.raw.workingDir) ? [one.raw.workingDir + "/tmp"] : []) + ` +
  `(${BUILDS_HERE} ? [${GOCACHE}, ${WORK_DIRECTORY}] : []))`;

const byKubelet = `v.?configMap.hasValue() || v.?secret.hasValue() || v.?projected.hasValue() || v.?downwardAPI.hasValue()`;

/** Two paths lie on different mounts. */
const crosses = (a: string, b: string): string =>
  `${mountOf(a)}.map(m, m.mountPath) != ${mountOf(b)}.map(m, m.mountPath)`;

/** Words of every command in the container's words. */
const moves =
  `one.argv.exists(a, ${parts("a")}.map(p, p.split(" ").filter(x, x != "" && !x.startsWith("-")))` +
  `.exists(w, w.size() > 2 && w[0].matches("^(.*/)?(mv|install)$") && ` +
  `${crosses(absolute("w[w.size() - 2]"), absolute("w[w.size() - 1]"))}))`;

const IN_PLACE = whose(({ builds, buildOut }) => builds && buildOut !== "immutable");

/** The first of the files is what counts. */
const firstFile = `${HOT_FILES}.filter(f, f == ${HOT_FILES}[0])`;

const bytes = (text: string): string => `quantity(string(${text})).asApproximateFloat()`;

/** What the volume of the output has to hold, with some room. */
const need = `1.2 * (a * 2.0 + (${BUILDS_HERE} && ${mountOf(GOCACHE)}.map(m, m.mountPath) == ${mountOf(parentOf("f"))}.map(m, m.mountPath) ? ${timing("gocache")} : [0.0]).filter(c, true)[0])`;

const cacheKnown = `(!(${BUILDS_HERE} && ${mountOf(GOCACHE)}.map(m, m.mountPath) == ${mountOf(parentOf("f"))}.map(m, m.mountPath)) || ${timing("gocache")}.size() > 0)`;

const REMOTE = CHECK_DEFAULTS.remoteFsDrivers.join("|");

const STORE_OF_HOTPOD = "hotpod's store, where the annotation does not name it.";
const TOOL_FILES = "Files that a reload tool's configuration or command line names.";

export const HP5: readonly Condition[] = [
  {
    rule: "HP501",
    each: "running",
    fails:
      `one.hot && ${folders}.exists(d, ${mountOf("d")}.size() == 0 ? ` +
      `one.raw.?securityContext.?readOnlyRootFilesystem.orValue(false) == true : ` +
      `${mountOf("d")}.exists(m, m.?readOnly.orValue(false) == true) || ${volumeOf(mountOf("d"))}.exists(v, ${byKubelet}))`,
    sees: [TOOL_FILES, STORE_OF_HOTPOD],
  },
  {
    rule: "HP502",
    each: "running",
    fails: `one.hot && ${moves}`,
  },
  {
    rule: "HP503",
    each: "running",
    fails:
      `one.hot && one.tool in ${IN_PLACE} && ${BUILDS_HERE} && ` +
      `${HOT_FILES}.exists(f, ${crosses("f", WORK_DIRECTORY)})`,
    sees: [TOOL_FILES],
  },
  {
    rule: "HP504",
    each: "running",
    fails:
      `one.hot && ${HOT_FILES}.exists(f, ${mountOf("f")}.exists(m, m.mountPath == f && ` +
      `(m.?subPath.orValue("") != "" || m.?subPathExpr.orValue("") != "" || ` +
      `variables.spec.?volumes.orValue([]).exists(v, v.name == m.name && v.?hostPath.?type.orValue("").startsWith("File")))))`,
    sees: [TOOL_FILES],
  },
  {
    rule: "HP505",
    each: "running",
    fails:
      `one.hot && ${limitOf("memory")}.exists(limit, ${folders}.exists(d, ` +
      `${volumeOf(mountOf("d"))}.exists(v, v.?emptyDir.?medium.orValue("") == "Memory" && ` +
      `(!v.emptyDir.?sizeLimit.hasValue() || ${bytes("v.emptyDir.sizeLimit")} + 2.0 * (${timing("rss")} + [0.0])[0] > limit))))`,
  },
  {
    rule: "HP506",
    each: "running",
    fails:
      `one.hot && !one.managed && ${firstFile}.exists(f, ${volumeOf(mountOf(parentOf("f")))}.exists(v, has(v.emptyDir) && ` +
      `${timing("artifact")}.exists(a, ${cacheKnown} && (!v.emptyDir.?sizeLimit.hasValue() || ${need} > ${bytes("v.emptyDir.sizeLimit")}))))`,
    sees: [TOOL_FILES, STORE_OF_HOTPOD],
  },
  {
    rule: "HP508",
    each: "running",
    fails:
      `one.tool != "" && has(one.raw.workingDir) && ${volumeOf(mountOf("one.raw.workingDir"))}.exists(v, ` +
      `has(v.nfs) || has(v.azureFile) || has(v.cephfs) || has(v.glusterfs) || v.?csi.?driver.orValue("").matches("${REMOTE}")) && ` +
      `!one.line.exists(w, w.matches("^--?(polling|poll|L|legacy-watch|build\\\\.poll(=true)?)$"))`,
  },
  {
    rule: "HP511",
    each: "running",
    fails:
      `one.hot && ${firstFile}.exists(f, ${mountOf("f")}.size() == 0 || (one.managed && ` +
      `${volumeOf(mountOf("f"))}.exists(v, has(v.emptyDir)) && !${setting("boot")}.exists(b, b == "last-good")))`,
    sees: [TOOL_FILES, STORE_OF_HOTPOD],
  },
  {
    rule: "HP512",
    each: "running",
    fails:
      `one.hot && (variables.replicas > 1 || object.kind == "DaemonSet") && ${firstFile}.exists(f, ` +
      `${volumeOf(mountOf("f"))}.exists(v, has(v.persistentVolumeClaim) || (has(v.hostPath) && object.kind != "DaemonSet")))`,
    sees: [TOOL_FILES, STORE_OF_HOTPOD],
  },
];
