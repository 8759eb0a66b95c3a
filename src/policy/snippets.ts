import { flagOf, SETTINGS, type SettingKey, variableOf } from "#config/setting-table.js";

/** Pieces of CEL that conditions are put together from. CEL has no functions of its own; these are written out where they are used. */

/** A list with the value of a timing in seconds, or of a size in bytes, from the annotation `hotpod.dev/timing.KEY`; empty: not known. */
export const timing = (key: string): string =>
  `variables.timings.filter(t, t.key == ${quoted(key)}).map(t, t.value)`;

/** A list with the literal value of an environment variable of `one`; empty: not set, or from elsewhere. */
export const env = (name: string, of = "one"): string =>
  `${of}.env.filter(e, e.name == ${quoted(name)} && has(e.value)).map(e, e.value)`;

/** Seconds of `10s`, `1500ms`, `2m` or `3`, as a double. The text must have matched `DURATION`. */
export const seconds = (text: string): string =>
  `(${text}.endsWith("ms") ? double(${text}.replace("ms", "")) / 1000.0 : ` +
  `${text}.endsWith("m") ? double(${text}.replace("m", "")) * 60.0 : double(${text}.replace("s", "")))`;

export const DURATION = String.raw`^[0-9]+(\\.[0-9]+)?(ms|s|m)?$`;

/** The last part of a path. */
export const baseName = (path: string): string =>
  `${path}.split("/")[${path}.split("/").size() - 1]`;

export const quoted = (text: string): string => JSON.stringify(text);

export const list = (texts: readonly string[]): string => `[${texts.map(quoted).join(", ")}]`;

/** `name` stands for `value` inside `body`: a list of one. */
export const given = (name: string, value: string, body: string): string =>
  `[${value}].map(${name}, ${body})[0]`;

/** A list of what hotpod's setting is given as, in a flag or else a variable; empty: its default counts. */
export function setting(key: SettingKey, of = "one"): string {
  const flag = flagOf(key);
  const words = `${of}.argv.join("\\n")`;
  return (
    `(${of}.argv.filter(w, w.startsWith("${flag}=")).map(w, w.replace("${flag}=", "")) + ` +
    `(${of}.argv.exists(w, w == "${flag}") && ${words}.contains("${flag}\\n") ? [${words}.split("${flag}\\n")[1].split("\\n")[0]] : []) + ` +
    `${env(variableOf(key), of)})`
  );
}

/** The text of a setting, or its default's. */
export const settingText = (key: SettingKey): string => {
  const standard = SETTINGS[key].standard ?? "";
  return `(${setting(key)} + [${quoted(standard)}])[0]`;
};

/** A list with a setting's seconds; empty: it is written in a way that is not read here. */
export const settingSeconds = (key: SettingKey): string =>
  `[${settingText(key)}].filter(v, v.matches("${DURATION}")).map(v, ${seconds("v")})`;

/**
 * A list with the seconds of the preStop hook of `one`: of its `sleep` action, or of a literal `sleep N`; 0 without a hook; empty: any
 * other hook takes its own time.
 */
export const PRE_STOP_SECONDS =
  `(one.raw.?lifecycle.?preStop.hasValue() ? ` +
  `(one.raw.lifecycle.preStop.?sleep.hasValue() ? [double(one.raw.lifecycle.preStop.sleep.?seconds.orValue(0))] : ` +
  `[one.raw.lifecycle.preStop.?exec.?command.orValue([])]` +
  `.map(w, w.size() == 3 && w[0].matches("^(.*/)?(ba|a|da)?sh$") && w[1] == "-c" ? w[2].split(" ") : w)` +
  `.filter(w, w.size() == 2 && w[0].matches("^(.*/)?sleep$") && w[1].matches("^[0-9]+(\\\\.[0-9]+)?s?$"))` +
  `.map(w, double(w[1].replace("s", "")))) : [0.0])`;

/** One of the containers that stay. */
export const some = (condition: string): string => `variables.running.exists(one, ${condition})`;

/** What the annotation `hotpod.dev/hot-config` claims to take effect without a restart. */
export const HOT_CONFIG = `variables.annotations[?"hotpod.dev/hot-config"].orValue("").replace(",", " ").replace("\\n", " ").split(" ")`;

/** Absolute paths that are claimed to be hot, or that hotpod watches in `one`. */
export const WATCHED = `(${HOT_CONFIG} + ${setting("watch")}).filter(p, p.startsWith("/"))`;

/** A path `p` is the mount `m` itself, below it, or above it. */
export const TOUCHES = `(p == m.mountPath || p.startsWith(m.mountPath + "/") || m.mountPath.startsWith(p + "/"))`;

/** Some process other than the container's own is process 1. */
export const SHARES_PIDS = `(variables.spec.?shareProcessNamespace.orValue(false) == true || variables.spec.?hostPID.orValue(false) == true)`;

/** A reload tool that a flag makes end with the program. */
export const ENDS_WITH_IT =
  `((one.tool == "wgo" && one.line.exists(w, w.matches("^--?exit$"))) || ` +
  `(one.tool == "entr" && one.line.exists(w, w.matches("^-[a-z]*z[a-z]*$"))) || ` +
  `(one.tool == "watchexec" && one.line.exists(w, w == "--exit-on-error")) || ` +
  `(one.tool == "nodemon" && one.line.exists(w, w.matches("^--?exitcrash$"))))`;

const within = (path: string, mount: string): string =>
  `(${path} == ${mount}.mountPath || ${path}.startsWith(${mount}.mountPath + "/"))`;

/** A list with the mount that an absolute path lies on, the longest above it; empty: the root file system. */
export const mountOf = (path: string, mounts = "one.mounts"): string =>
  `${mounts}.filter(m, ${within(path, "m")}).filter(m, ${mounts}.all(n, !${within(path, "n")} || n.mountPath.size() <= m.mountPath.size()))`;

/** An absolute path of a word, by the container's own folder; relative ones of an unknown folder stay as they are. */
export const absolute = (path: string, container = "one.raw"): string =>
  `(${path}.startsWith("/") ? ${path} : ${container}.?workingDir.orValue("") + "/" + (${path}.startsWith("./") ? ${path}.substring(2) : ${path}))`;

/** A reload compiles in this very container. */
export const BUILDS_HERE =
  `(one.managed ? ${setting("recipe")}.exists(v, v in ["go", "command"]) : ` +
  `one.tool in ["air", "CompileDaemon", "fresh"] || (one.tool != "" && ` +
  `one.line.join(" ").matches("\\\\b(go +(build|run|install|test)|make|cargo|gcc|tsc|npm +run +build)\\\\b")))`;

/** The first literal value of some variables, or what stands for it. */
export const envOr = (names: readonly string[], fallback: string): string =>
  `(${names.map((name) => env(name)).join(" + ")} + [${fallback}])[0]`;

/** The folder of an absolute path. */
export const parentOf = (path: string): string =>
  `(${path}.size() - ${baseName(path)}.size() < 2 ? "/" : ${path}.substring(0, ${path}.size() - ${baseName(path)}.size() - 1))`;

/** Where the go command works before it moves its output. */
export const WORK_DIRECTORY = envOr(["GOTMPDIR", "TMPDIR"], quoted("/tmp"));

export const GOCACHE = `(${env("GOCACHE")} + ${env("XDG_CACHE_HOME")}.map(d, d + "/go-build") + ${env("HOME")}.map(d, d + "/.cache/go-build") + ["/root/.cache/go-build"])[0]`;

/** Absolute paths of the files that a reload replaces, by the annotation. */
export const HOT_FILES = `variables.hotPaths.map(h, ${absolute("h")})`;

/** The volumes of a list of mounts. */
export const volumeOf = (mounts: string): string =>
  `variables.spec.?volumes.orValue([]).filter(v, ${mounts}.exists(m, m.name == v.name))`;

/** A list with the bytes of a container's limit; empty: none. */
export const limitOf = (resource: string): string =>
  `[string(one.raw.?resources.?limits[?${quoted(resource)}].orValue(""))].filter(q, q != "").map(q, quantity(q).asApproximateFloat())`;

/** A list with the seconds from the start of `one` to its first answer, with its first build where a tool builds before it starts. */
export const START_SECONDS = `${timing("coldStart")}.map(s, s + (${BUILDS_HERE} && !one.managed ? ${timing("coldBuild")} + [0.0] : [0.0])[0])`;
