import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";
import type { Project } from "#rules/subject/project.js";

export const ingressWithoutTls: Rule = {
  id: "HP1108",
  name: "ingress-without-tls",
  severity: "warning",
  reason: "X",
  inputs: "N",
  exports: "KVR",
  fix: "none",
  title: "The Ingress serves hosts without TLS.",
  why: "What clients send and get can be read and changed on the way.",
  when: "A rule's host is not among spec.tls[].hosts. `*.example.com` covers one level. Hosts of `check.plainHosts` and classes of `check.defaultTlsClasses` are left out.",
  remedy:
    "Add an entry to spec.tls with the host and the name of the Secret that holds its certificate.",
  fires: "A host, and no tls.",
  quiet:
    "shop.example.com beside tls for *.example.com; a controller that has a certificate for every host.",
  peers: "Polaris tlsSettingsMissing",
  judge: { of: "object", kinds: ["Ingress"], judge: judgeIngress },
};

function judgeIngress(object: KubeObject, { parameters }: Project): Outcome {
  const spec = fieldsOf(object.value.spec);
  const rules = Array.isArray(spec.rules) ? spec.rules.map(fieldsOf) : [];
  if (rules.length === 0) return NOT_APPLICABLE;
  const annotations = fieldsOf(fieldsOf(object.value.metadata).annotations);
  const ofClass = spec.ingressClassName ?? annotations["kubernetes.io/ingress.class"];
  if (parameters.defaultTlsClasses.includes(scalarText(ofClass))) return PASS;
  const tls = Array.isArray(spec.tls) ? spec.tls.map(fieldsOf) : [];
  const covered = tls.map(({ hosts }) => (Array.isArray(hosts) ? hosts.map(scalarText) : []));
  // An entry without hosts is for every host.
  if (covered.some((hosts) => hosts.length === 0)) return PASS;
  const known = new Set(covered.flat());
  const faults = rules.flatMap(({ host }, index): Fault[] => {
    if (typeof host !== "string" || host === "") return [];
    if (known.has(host) || known.has(oneLevelUp(host))) return [];
    if (parameters.plainHosts.includes(host)) return [];
    return [
      {
        severity: "warning",
        at: fieldSource(object.document, [...pathSteps(object.at), "spec", "rules", index, "host"]),
        message: `The host ${host} of Ingress ${object.name} is served without TLS.`,
        evidence: host,
      },
    ];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

const oneLevelUp = (host: string): string => host.replace(/^[^.]*/, "*");
