import type { Condition } from "#policy/condition.js";
import { HOT_CONFIG, setting, some } from "#policy/snippets.js";

const security = "one.raw.?securityContext";
const podSecurity = "variables.spec.?securityContext";

/** Capabilities with and without their prefix are one. */
const capabilities = (field: string): string =>
  `${security}.?capabilities.?${field}.orValue([]).map(n, n.replace("CAP_", ""))`;

const seccomp = `(${security}.?seccompProfile.hasValue() ? ${security}.?seccompProfile.?type.orValue("") : ${podSecurity}.?seccompProfile.?type.orValue(""))`;

const privileged = `${security}.?privileged.orValue(false) == true`;

const rotates = (secret: string): string =>
  `[${secret}].exists(s, s != "" && ${HOT_CONFIG}.exists(n, n == s || n == "secret/" + s))`;

/** Of a Service or a volume that leads to it nothing is known here. */
const onHost = (port: string): string =>
  `one.ports.exists(p, p.containerPort == ${port} && p.?hostPort.orValue(0) > 0)`;

const isLocal = (address: string): string =>
  `(${address} in ["", "off", "none", "false"] || ${address}.matches("^(unix:|/|\\\\.)") || ` +
  `${address}.matches("^(localhost|127(\\\\.[0-9]{1,3}){3}|\\\\[::1\\\\])(:|$)"))`;

export const HP11: readonly Condition[] = [
  {
    rule: "HP1101",
    each: "running",
    fails: `one.tool != ""`,
  },
  {
    rule: "HP1103",
    each: "running",
    fails:
      `one.hot && variables.spec.?os.?name.orValue("linux") != "windows" && !(` +
      `${security}.?allowPrivilegeEscalation.orValue(true) == false && ` +
      `"ALL" in ${capabilities("drop")} && ` +
      `${seccomp} in ["RuntimeDefault", "Localhost"] && ` +
      `${security}.?runAsNonRoot.orValue(${podSecurity}.?runAsNonRoot.orValue(false)) == true && ` +
      `${security}.?readOnlyRootFilesystem.orValue(false) == true)`,
  },
  {
    rule: "HP1104",
    each: "object",
    fails:
      `${some("one.hot")} && (variables.spec.?hostPID.orValue(false) == true || ` +
      `${some(`${privileged} || ${capabilities("add")}.exists(n, n in ["SYS_PTRACE", "KILL"])`)})`,
  },
  {
    rule: "HP1105",
    each: "running",
    fails:
      `one.hot && (${onHost("2345")} || (one.managed && (${setting("ui.listen")}.exists(v, !${isLocal("v")}) || ` +
      `${setting("control.socket")}.exists(v, v.matches("^(/tmp|/var/tmp|/dev/shm)/[^/]+$")))))`,
    sees: [
      "Services that lead to a control port, ports that a debugger or air's proxy is told, and volumes that the control socket shares with other containers.",
    ],
  },
  {
    rule: "HP1106",
    each: "object",
    kinds: ["Secret"],
    approximate: true,
    fails:
      `object.?type.orValue("Opaque") != "kubernetes.io/service-account-token" && ` +
      `!object.?type.orValue("Opaque").startsWith("helm.sh/") && ` +
      `object.?metadata.?ownerReferences.orValue([]).size() == 0 && ` +
      // It is there already.
      `!has(object.metadata.resourceVersion) && ` +
      `!has(object.sops) && ` +
      `(object.?stringData.orValue({}).exists(k, object.stringData[k] != "" && !object.stringData[k].startsWith("-----BEGIN CERTIFICATE-----")) || ` +
      `object.?data.orValue({}).exists(k, object.data[k] != "" && !object.data[k].startsWith("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t")))`,
  },
  {
    rule: "HP1107",
    each: "running",
    fails:
      `one.hot && (one.env.exists(e, ${rotates(`e.?valueFrom.?secretKeyRef.?name.orValue("")`)}) || ` +
      `one.raw.?envFrom.orValue([]).exists(e, ${rotates(`e.?secretRef.?name.orValue("")`)}))`,
  },
  {
    rule: "HP1108",
    each: "object",
    kinds: ["Ingress"],
    fails:
      `!object.spec.?tls.orValue([]).exists(t, t.?hosts.orValue([]).size() == 0) && ` +
      `object.spec.?rules.orValue([]).exists(r, r.?host.orValue("") != "" && ` +
      `!object.spec.?tls.orValue([]).exists(t, t.?hosts.orValue([]).exists(h, h == r.host || ` +
      `(h.startsWith("*.") && r.host.contains(".") && h == "*" + r.host.substring(r.host.indexOf("."))))))`,
  },
  {
    rule: "HP1109",
    each: "object",
    fails:
      `${some("one.hot")} && variables.spec.?automountServiceAccountToken.orValue(true) == true && ` +
      `!variables.spec.?readinessGates.orValue([]).exists(g, g.conditionType.startsWith("hotpod.dev/")) && ` +
      `!variables.spec.?volumes.orValue([]).exists(v, v.?projected.?sources.orValue([]).exists(s, has(s.serviceAccountToken)))`,
  },
];
