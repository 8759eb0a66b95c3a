import type { Condition } from "#policy/condition.js";
import {
  absolute,
  ENDS_WITH_IT,
  list,
  quoted,
  setting,
  settingText,
  timing,
} from "#policy/snippets.js";
import { ASSIGNMENT, parts, SHELL } from "#policy/variables.js";
import { CHECK_DEFAULTS } from "#rules/subject/check-parameters.js";

const PROBES = "(one.liveness + one.readiness + one.startup)";

/** The programs that an exec probe \`q\` starts: of a script, the first word of each of its commands. */
const programs =
  `[q.raw.exec.?command.orValue([])].map(w, w.size() > 2 && w[0].matches("${SHELL}") && w[1].matches("^-[a-z]*c$") ? ` +
  `${parts("w[2]")}.map(p, p.split(" ").filter(x, x != "" && x != "exec" && !x.matches(${quoted(ASSIGNMENT)})))` +
  `.filter(p, p.size() > 0).map(p, p[0]) : w.filter(x, x == w[0]))[0]`;

const LOOPBACK = `^(127(\\\\.[0-9]{1,3}){3}|localhost|::1|\\\\[::1\\\\])$`;

/** A list with the number of a probe's port; empty: a name that no port has. */
const portOf = (probe: string, handler: string): string =>
  `(string(${probe}.raw.${handler}.port).matches("^[0-9]+$") ? [int(string(${probe}.raw.${handler}.port))] : ` +
  `one.ports.filter(p, p.?name.orValue("") == string(${probe}.raw.${handler}.port)).map(p, int(p.containerPort)))`;

const asked = (probe: string): string =>
  `(has(${probe}.raw.httpGet) ? ${portOf(probe, "httpGet")} : has(${probe}.raw.tcpSocket) ? ${portOf(probe, "tcpSocket")} : ` +
  `has(${probe}.raw.grpc) ? [int(${probe}.raw.grpc.port)] : [])`;

const host = `q.raw.?httpGet.?host.orValue(q.raw.?tcpSocket.?host.orValue(""))`;

/** Words that may be an address to listen on, with what stands before it. */
const addresses =
  `(one.raw.?command.orValue([]) + one.raw.?args.orValue([]) + one.env.filter(e, has(e.value)).map(e, e.value) + ` +
  `${setting("listen")} + ${setting("probes.listen")})` +
  `.filter(w, w.matches("^(-{1,2}[A-Za-z0-9_.-]+=)?(tcp://)?(\\\\[[0-9a-f:]*\\\\]|[A-Za-z0-9_.*-]*):[0-9]{1,5}$"))`;

const onPort = (port: string): string =>
  `${addresses}.filter(w, w.endsWith(":" + string(${port})))`;

const isLoopback = `w.matches("^(-{1,2}[A-Za-z0-9_.-]+=)?(tcp://)?(127(\\\\.[0-9]{1,3}){3}|localhost|\\\\[::1\\\\]):")`;

const probesPort = `[${settingText("probes.listen")}].filter(a, a.matches(":[0-9]+$")).map(a, int(a.split(":")[a.split(":").size() - 1]))`;

const path = (probe: string): string => `${probe}.raw.httpGet.?path.orValue("/").split("?")[0]`;

/** Scheme, numeric port, path and headers, or gRPC's port and service. */
const same =
  `(has(l.raw.httpGet) && has(r.raw.httpGet) ? ` +
  `l.raw.httpGet.?scheme.orValue("HTTP") == r.raw.httpGet.?scheme.orValue("HTTP") && ` +
  `l.raw.httpGet.?path.orValue("/") == r.raw.httpGet.?path.orValue("/") && ` +
  `l.raw.httpGet.?host.orValue("") == r.raw.httpGet.?host.orValue("") && ` +
  `${portOf("l", "httpGet")} == ${portOf("r", "httpGet")} && ${portOf("l", "httpGet")}.size() > 0 && ` +
  `l.raw.httpGet.?httpHeaders.orValue([]).all(h, h in r.raw.httpGet.?httpHeaders.orValue([])) && ` +
  `r.raw.httpGet.?httpHeaders.orValue([]).all(h, h in l.raw.httpGet.?httpHeaders.orValue([])) : ` +
  `has(l.raw.grpc) && has(r.raw.grpc) && l.raw.grpc.port == r.raw.grpc.port && ` +
  `l.raw.grpc.?service.orValue("") == r.raw.grpc.?service.orValue(""))`;

const withdrawn = timing("withdrawn");

/** It was measured, or the endpoint is hotpod's own word for readiness. */
const withdraws =
  `(${withdrawn}.size() > 0 ? ${withdrawn}.exists(s, s > 0.0) : ` +
  `one.managed && has(l.raw.httpGet) && ${path("l")} == "/readyz" && ${portOf("l", "httpGet")}.exists(n, n in ${probesPort}))`;

export const HP1: readonly Condition[] = [
  {
    rule: "HP101",
    each: "running",
    fails:
      `one.hot && ${PROBES}.exists(q, has(q.raw.exec) && ${programs}.exists(p, p.contains("/") && !p.contains("$") && ` +
      `(p.startsWith("/") || has(one.raw.workingDir)) && ` +
      `variables.hotPaths.exists(h, ${absolute("h")} == ${absolute("p")})))`,
    sees: ["Files that a reload tool's configuration or hotpod's store names."],
  },
  {
    rule: "HP103",
    sees: ["Flags of which one holds the address and another the port."],
    each: "running",
    fails:
      `${PROBES}.exists(q, ${host} != "" ? ` +
      `${host}.matches("${LOOPBACK}") && variables.spec.?hostNetwork.orValue(false) == false : ` +
      `${asked("q")}.exists(n, ${onPort("n")}.size() > 0 && ${onPort("n")}.all(w, ${isLoopback}) && ` +
      `!variables.running.exists(o, o.name != one.name && o.ports.exists(p, p.containerPort == n))))`,
  },
  {
    rule: "HP105",
    each: "running",
    fails:
      `one.hot && one.liveness.exists(l, (has(l.raw.httpGet) || has(l.raw.grpc)) && ` +
      `((has(l.raw.httpGet) && ${path("l")} in ${list(CHECK_DEFAULTS.readinessPaths)}) || ` +
      `(one.readiness.exists(r, ${same}) && ${withdraws})) && ` +
      `!${withdrawn}.exists(s, s == 0.0 || s < double((l.failures - 1) * l.period)))`,
  },
  {
    rule: "HP106",
    each: "running",
    fails: `one.hot && variables.served && one.readiness.size() == 0 && !(one.sidecar && one.ports.size() == 0)`,
  },
  {
    rule: "HP107",
    each: "running",
    fails:
      `one.tool != "" && one.liveness.size() == 0 && !${ENDS_WITH_IT} && ` +
      `!one.parts.exists(p, p.matches("^wait .*-n")) && !(one.tool in ["air", "nodemon"] && one.line.exists(w, w.matches("^--?(c|config)(=|$)")))`,
  },
  {
    rule: "HP108",
    each: "running",
    fails:
      `one.managed && ${PROBES}.exists(q, has(q.raw.tcpSocket) && ${portOf("q", "tcpSocket")}.exists(n, n in ` +
      `(${setting("listen")} + one.env.filter(e, e.name == "PORT" && has(e.value)).map(e, ":" + e.value) + [":8080"])[0]` +
      `.split(",").filter(a, a.matches(":[0-9]+$")).map(a, int(a.split(":")[a.split(":").size() - 1]))))`,
    sees: ["The ports that watchexec, einhorn or start_server hold."],
  },
];
