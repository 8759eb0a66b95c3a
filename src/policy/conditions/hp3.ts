import type { Condition } from "#policy/condition.js";
import { absolute, mountOf, quoted } from "#policy/snippets.js";
import { ASSIGNMENT, parts, SHELL } from "#policy/variables.js";

/** A whole command as one text. */
const textOf = (container: string): string =>
  `(${container}.?command.orValue([]) + ${container}.?args.orValue([])).join(" ")`;

const CHECKS = "(nc|wget|curl|pg_isready|nslookup|getent|redis-cli|ping|mysqladmin|nslookup)";

/** Where a file of this mount is in another container that mounts the same. */
const elsewhere = (mount: string): string => `${mount}.mountPath + h.substring(m.mountPath.size())`;

const sameVolume = (mount: string): string =>
  `${mount}.name == m.name && ${mount}.?subPath.orValue("") == m.?subPath.orValue("")`;

/** Writes of a script in which the target is the last word. */
const copies = (target: string): string =>
  `[${textOf("one")}].exists(t, !t.matches("(^|[ ;&])(\\\\[|test) ") && ${parts("t")}` +
  `.map(p, p.split(" ").filter(x, x != "" && !x.matches("^(sh|ash|bash|dash|-[a-z]*c)$")))` +
  `.exists(p, p.size() > 2 && p[0].matches("^(.*/)?(cp|mv|install)$") && !p.exists(x, x.matches("^(-[a-zA-Z]*[nu][a-zA-Z]*|--no-clobber|--update.*)$")) && p[p.size() - 1] == ${target}))`;

const hookCommands =
  `[one.raw.?lifecycle.?postStart.?exec.?command.orValue([])].map(w, w.size() > 2 && w[0].matches("${SHELL}") && w[1].matches("^-[a-z]*c$") ? ${parts("w[2]")} : ` +
  `w.size() > 0 && !w[0].contains(" ") && !w[0].matches("${SHELL}") ? [w.join(" ")] : [])[0]`;
const BUILDS =
  "^([^ ]*/)?(go (build|install|generate|run|test|mod)|cargo (build|install)|npm (ci|install|run)|pnpm (install|run|build)|yarn|make|cmake|gcc|cc|clang|rustc|tsc|mvn|gradle)( |$)";

export const HP3: readonly Condition[] = [
  {
    rule: "HP301",
    each: "inits",
    fails:
      `variables.running.exists(c, c.hot && variables.hotPaths.map(p, ${absolute("p", "c.raw")}).exists(h, ` +
      `${mountOf("h", "c.mounts")}.exists(m, one.?volumeMounts.orValue([]).exists(i, ${sameVolume("i")} && ${copies(elsewhere("i"))}))))`,
    sees: [
      "Files that tar, downloads and compilers write, targets that are folders, and files that a reload tool's configuration names.",
    ],
  },
  {
    rule: "HP303",
    sees: ["Loops of several lines, limits of a single try, and breaks that never come."],
    each: "inits",
    approximate: true,
    fails:
      `variables.spec.?activeDeadlineSeconds.hasValue() == false && ` +
      `!(object.kind == "Job" && object.spec.?activeDeadlineSeconds.hasValue()) && ` +
      `one.?command.orValue([]).exists(w, w.matches("${SHELL}")) && ` +
      `[${textOf("one")}].exists(t, t.matches("(^|[ ;])(until|while) +(! +)?([^ ;]*/)?${CHECKS}( |$)") && ` +
      `!t.contains("timeout ") && !t.matches("(exit|break|return)"))`,
  },
  {
    rule: "HP305",
    each: "running",
    fails:
      `(one.tool != "" || one.managed) && !(one.sidecar && one.startup.size() > 0) && ` +
      `variables.hotPaths.map(p, ${absolute("p")}).exists(h, ${mountOf("h")}.exists(m, ` +
      `!variables.inits.exists(i, i.?volumeMounts.orValue([]).exists(v, v.name == m.name)) && ` +
      `variables.running.exists(o, o.name != one.name && !o.sidecar && ` +
      `o.mounts.exists(v, ${sameVolume("v")} && [${elsewhere("v")}].exists(f, ` +
      `!o.script.matches("(until|while|inotifywait)") && ` +
      `(o.script == "" ? o.argv.filter(x, x == o.argv[0]) : o.parts.map(p, p.split(" ").filter(x, x != "" && x != "exec" && !x.matches(${quoted(ASSIGNMENT)}))).filter(p, p.size() > 0).map(p, p[0]))` +
      `.exists(x, ${absolute("x", "o.raw")} == f))))))`,
    sees: ["Files that a reload tool's configuration or hotpod's store names."],
  },
  {
    rule: "HP306",
    each: "running",
    fails:
      `one.raw.?lifecycle.?postStart.?tcpSocket.hasValue() || one.raw.?lifecycle.?preStop.?tcpSocket.hasValue() || ` +
      `one.raw.?lifecycle.?postStart.?sleep.?seconds.orValue(0) > 5 || ` +
      `${hookCommands}.exists(p, p.matches(${quoted(BUILDS)}) || p.matches("^sleep ([6-9]|[1-9][0-9]+)(s|$)") || p.matches("^sleep [0-9.]+[mhd]") || ` +
      `p.matches("^(while|until) "))`,
  },
];
