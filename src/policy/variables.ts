import { TOOL_FACTS } from "#manifest/tools/tool-facts.js";
import { secondsToKill } from "#rules/pod/swap.js";
import { baseName, DURATION, list, quoted, seconds, setting, timing } from "./snippets.js";

/** A value that conditions share, in CEL. It may use `object` and the variables before it. */
export interface Variable {
  readonly name: string;
  readonly cel: string;
}

/** `Service` of serving.knative.dev, as conditions name it. */
export const KNATIVE = "KnativeService";

/** The kinds that make pods. Custom resources are asked like the others where they are installed. */
export const WORKLOAD_KINDS = [
  "Pod",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "Job",
  "CronJob",
  "Rollout",
  KNATIVE,
] as const;

const TIMING = "hotpod.dev/timing.";
const SIZES = ["rss", "buildRss", "artifact", "gocache"];
const SIZE = String.raw`^[0-9]+(\\.[0-9]+)?([KMGT]i?)?$`;

/** What stands before a program and is replaced by it, or passes everything on to it. */
export const WRAPPER = "^(.*/)?(tini|dumb-init|env|exec|nice|npx|catatonit)$";
export const SHELL = "^(.*/)?(sh|bash|ash|dash)$";
export const ASSIGNMENT = "^[A-Za-z_][A-Za-z0-9_]*=.*$";
const isNot = (word: string, pattern: string): string => `!${word}.matches(${quoted(pattern)})`;
const bare = (words: string): string =>
  `${words}.filter(w, !w.startsWith("-") && ${isNot("w", WRAPPER)} && ${isNot("w", ASSIGNMENT)})`;

/** Every reload tool that is known, by its program. */
const TOOLS = [...new Set(TOOL_FACTS.map(({ program }) => program))];

/** As the API server fills it in: a number that is not set, or zero, is the default. Kyverno reads files with all numbers as doubles. */
const numbered = (field: string, fallback: number): string =>
  `dyn(int(p.?${field}.orValue(0) == 0 ? ${fallback} : p.${field}))`;

const probe = (field: string): string =>
  `(has(c.raw.${field}) && c.raw.${field} != null ? [c.raw.${field}] : []).map(p, {` +
  `"raw": dyn(p), "delay": dyn(int(p.?initialDelaySeconds.orValue(0))), ` +
  `"period": ${numbered("periodSeconds", 10)}, "timeout": ${numbered("timeoutSeconds", 1)}, ` +
  `"failures": ${numbered("failureThreshold", 3)}, "successes": ${numbered("successThreshold", 1)}})`;

/** A part of a shell's script: what stands between `;`, `&&`, `|` and the ends of lines. */
const SEPARATORS: readonly (readonly [string, string])[] = [
  ["&&", ";"],
  ["||", ";"],
  ["|", ";"],
  ["\\n", ";"],
  // Not those of redirections.
  [">&", ">"],
  ["&>", ">"],
  ["&", ";"],
];
export const parts = (script: string): string => {
  const split = SEPARATORS.reduce(
    (text, [one, by]) => `${text}.replace("${one}", "${by}")`,
    script,
  );
  return `${split}.split(";").map(w, w.trim()).filter(w, w != "")`;
};

/** Words of the last command of a script; its own words where there is none. */
const LAST = 'c.parts[c.parts.size() - 1].split(" ").filter(w, w != "")';
const MANAGED =
  'c.script == "" && c.program == "hotpod" && c.bare.size() > 1 && c.bare[1] == "run"';
export const whose = (test: (facts: (typeof TOOL_FACTS)[number]["facts"]) => boolean): string =>
  list([...new Set(TOOL_FACTS.filter(({ facts }) => test(facts)).map(({ program }) => program))]);
/** They have nothing to wait for before the next one starts. */
const KILLS = whose(({ stop }) => stop[0]?.signal === "SIGKILL");
/** By their newest version: nobody sees a version at admission. */
const BUILDS_FIRST = whose(({ stopWhen }) => stopWhen === "afterBuild");

/** `s`, or what a tool waits at most before it kills. */
const STOP_SECONDS = TOOL_FACTS.reduce((rest, { program, facts }) => {
  const most = secondsToKill(facts.stop);
  if (most === 0 || most === Infinity) return rest;
  const seconds = Number.isInteger(most) ? `${most}.0` : String(most);
  return `c.tool == ${quoted(program)} && s > ${seconds} ? ${seconds} : ${rest}`;
}, "s");

/** What a tool runs compiles, as far as its words say. */
const COMPILES = String.raw`\\b(w?go +(-[^ ]+ +)*(build|run|install|test)|make|cargo|gcc|tsc|npm +run +build)\\b`;

/** Seconds without an answer in a reload, as a measured gap or as the sum of its parts; empty: not known. */
const GAP =
  `c.mode == "" ? [] : ${timing("gap")}.size() > 0 ? ${timing("gap")} : c.mode == "overlap" ? [0.0] : ` +
  `[[c.tool in ${KILLS} ? [0.0] : ${timing("stopTime")}.map(s, ${STOP_SECONDS}), ${timing("appStart")}, ` +
  `c.tool == "" || c.tool in ${BUILDS_FIRST} || !c.line.join(" ").matches("${COMPILES}") ? [0.0] : ${timing("build")}]]` +
  `.map(g, g.exists(x, x.size() == 0) ? [] : [g[0][0] + g[1][0] + g[2][0]])[0]`;

/** What is found out of each container `c`, step by step: each may use what the steps before have found. */
const FACTS: readonly Readonly<Record<string, string>>[] = [
  {
    argv: "c.raw.?command.orValue([]).size() == 0 ? [] : c.raw.command + c.raw.?args.orValue([])",
  },
  // A command line that begins with a flag starts nothing that is known.
  {
    bare: `c.argv.exists(w, w == c.argv[0] && w.startsWith("-")) ? [c.argv[0]] : ${bare("c.argv")}`,
  },
  {
    script: `c.bare.size() > 1 && c.bare[0].matches("${SHELL}") && c.argv.exists(w, w.matches("^-[a-z]*c$")) ? c.bare[1] : ""`,
  },
  { parts: parts("c.script") },
  {
    line: `c.parts.size() == 0 ? c.argv : ${LAST}`,
    bare: `c.parts.size() == 0 ? c.bare : ${bare(LAST)}`,
  },
  { program: `c.bare.size() == 0 ? "" : ${baseName("c.bare[0]")}` },
  { tool: `c.program in ${list(TOOLS)} ? c.program : ""`, managed: MANAGED },
  {
    // Knative names the only container itself.
    name: `c.raw.?name.orValue(object.kind == "Service" ? "user-container" : "")`,
    hot: `"hotpod.dev/hot-path" in variables.annotations || c.tool != "" || c.managed`,
    env: "c.raw.?env.orValue([])",
    mounts: "c.raw.?volumeMounts.orValue([])",
    ports: "c.raw.?ports.orValue([])",
    liveness: probe("livenessProbe"),
    readiness: probe("readinessProbe"),
    startup: probe("startupProbe"),
  },
  {
    sidecar: "variables.sidecars.exists(s, s.name == c.name)",
    mode:
      `c.managed ? (${setting("handover", "c")}.exists(v, v == "restart") ? "queue" : "overlap") : ` +
      `c.tool == "" ? "" : c.tool == "watchexec" && c.line.exists(w, w.startsWith("--socket")) ? "queue" : "refuse"`,
  },
  { gap: GAP },
];

/** Every container that stays, with its facts. */
function running(): string {
  let cel = `(variables.sidecars + variables.spec.containers).map(c, {"raw": dyn(c)})`;
  const known = new Set(["raw"]);
  for (const facts of FACTS) {
    const kept = [...known].filter((name) => !Object.hasOwn(facts, name));
    const fields = [
      ...kept.map((name) => `"${name}": dyn(c.${name})`),
      ...Object.entries(facts).map(([name, value]) => `"${name}": dyn(${value})`),
    ];
    cel += `.map(c, {${fields.join(", ")}})`;
    for (const name of Object.keys(facts)) known.add(name);
  }
  return cel;
}

/**
 * In this order. A container with its facts is a map: `name`, `raw` (as it is written), `argv` (`command` and `args`; empty when the
 * image's entrypoint counts, which nobody can see at admission), `script` (of `sh -c`), `parts` (its commands), `line` (the words of
 * the last command, or `argv`), `bare` (the same without inits, flags and assignments), `program` (without its folder), `tool` (a
 * reload tool's name or ""), `managed` (`hotpod run`), `hot`, `sidecar`, `mode` of a reload ("refuse", "queue", "overlap" or ""), `gap` (seconds
 * without an answer, none or one), `env`, `mounts`, `ports`, and `liveness`, `readiness`, `startup`: none or one with `raw`, `delay`,
 * `period`, `timeout`, `failures`, `successes`.
 */
export const VARIABLES: readonly Variable[] = [
  {
    name: "template",
    cel:
      `object.kind == "Pod" ? object : ` +
      `object.kind == "CronJob" ? object.spec.jobTemplate.spec.template : object.spec.template`,
  },
  { name: "spec", cel: "variables.template.spec" },
  { name: "annotations", cel: "variables.template.?metadata.?annotations.orValue({})" },
  {
    name: "hotPaths",
    cel:
      `variables.annotations[?"hotpod.dev/hot-path"].orValue("")` +
      `.replace(",", " ").replace("\\n", " ").split(" ").filter(w, w != "")`,
  },
  { name: "served", cel: `variables.annotations[?"hotpod.dev/served"].orValue("") == "true"` },
  {
    name: "timings",
    cel:
      `variables.annotations.filter(k, k.startsWith("${TIMING}") && ` +
      `!(k.replace("${TIMING}", "") in ${list(SIZES)}) && variables.annotations[k].matches("${DURATION}"))` +
      `.map(k, {"key": dyn(k.replace("${TIMING}", "")), "value": dyn(${seconds("variables.annotations[k]")})}) + ` +
      `variables.annotations.filter(k, k.replace("${TIMING}", "") in ${list(SIZES)} && variables.annotations[k].matches("${SIZE}"))` +
      `.map(k, {"key": dyn(k.replace("${TIMING}", "")), "value": dyn(quantity(variables.annotations[k]).asApproximateFloat())})`,
  },
  {
    name: "inits",
    cel: `variables.spec.?initContainers.orValue([]).filter(c, c.?restartPolicy.orValue("") != "Always")`,
  },
  {
    name: "sidecars",
    cel: `variables.spec.?initContainers.orValue([]).filter(c, c.?restartPolicy.orValue("") == "Always")`,
  },
  { name: "running", cel: running() },
  {
    name: "replicas",
    cel: `object.kind == "Pod" ? 1 : int(object.spec.?replicas.orValue(1))`,
  },
];

/** The variables that a text uses, directly or through others, in their order. */
export function variablesOf(texts: readonly string[]): readonly Variable[] {
  const used = new Set<string>();
  const take = (text: string): void => {
    for (const [, name = ""] of text.matchAll(/\bvariables\.(\w+)/g)) {
      if (used.has(name)) continue;
      used.add(name);
      const variable = VARIABLES.find((one) => one.name === name);
      if (variable !== undefined) take(variable.cel);
    }
  };
  for (const text of texts) take(text);
  return VARIABLES.filter(({ name }) => used.has(name));
}
