import type { KubeObject } from "#manifest/workload/kube-object.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { type ShellCommand, waitLoopsOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { selectorSource, selects } from "#rules/subject/selects.js";
import { scriptPlace } from "./script-place.js";

export const initWaitsForOwnService: Rule = {
  id: "HP304",
  name: "init-waits-for-own-service",
  severity: "error",
  reason: "A",
  inputs: "W,N",
  exports: "R+",
  fix: "none",
  title: "The pod waits in init for a Service that only it can serve.",
  why: "A pod in init is not ready, so the Service has no endpoint, and the wait never ends on the first roll-out.",
  when: "A wait loop of an init container asks a host that is a Service (by its short name, with its namespace, or in full) whose selector matches this pod. A warning where the pods of another workload match it too.",
  remedy: "Remove the wait, or wait for what the service really needs.",
  fires: "Deployment api waits for Service api-svc, which selects it.",
  quiet:
    "A headless Service with publishNotReadyAddresses; a Service of that name in another namespace; a name that is only looked up and has a cluster IP.",
  judge: { of: "container", judge: judgeInit },
};

function judgeInit(subject: ContainerSubject): Outcome {
  const { command, workload } = subject;
  if (!subject.isInit || command.kind === "unknown") return NOT_APPLICABLE;
  const loops = waitLoopsOf(command.argv);
  if (loops.length === 0) return NOT_APPLICABLE;
  if (!workload.servicesKnown) return open("N", "the Services of the namespace");
  const checks = loops.flatMap((loop) => loop.checks);
  const own = new Map(workload.services.flatMap((one) => namesOf(one)));
  const faults = new Map<KubeObject, Fault>();
  for (const check of checks) {
    for (const host of hostsOf(check, subject)) {
      const service = own.get(host);
      if (service === undefined || answersUnready(service, check)) continue;
      faults.set(service, faultOf(subject, service, host));
    }
  }
  return faults.size === 0 ? PASS : fails(...faults.values());
}

/** `api`, `api.web`, `api.web.svc`; a cluster's own domain is cut from hosts. */
function namesOf(service: KubeObject): [string, KubeObject][] {
  const { name } = service;
  const namespace = service.namespace ?? "default";
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`].map((host) => [host, service]);
}

/** Every word that may be a host, with literal variables put in. */
function hostsOf({ words }: ShellCommand, subject: ContainerSubject): string[] {
  return words.slice(1).map((word) => {
    const value = word.replace(/^--?[\w-]+=/, "");
    const whole = value.replace(/\$\{?(\w+)\}?/g, (as, name: string) => subject.env(name) ?? as);
    const [host = ""] = whole.replace(/^[a-z]+:\/\/(?:[^/@]*@)?/, "").split(/[/:?]/);
    return host.replace(/\.$/, "").replace(/^([^.]+\.[^.]+\.svc)\..*$/, "$1");
  });
}

/** A name with a cluster IP is found in DNS without any endpoint. */
function answersUnready({ value }: KubeObject, { words }: ShellCommand): boolean {
  const { publishNotReadyAddresses, clusterIP } = fieldsOf(value.spec);
  const onlyLooksUp = ["nslookup", "getent"].includes(baseName(words[0] ?? ""));
  return publishNotReadyAddresses === true || (onlyLooksUp && clusterIP !== "None");
}

function faultOf(subject: ContainerSubject, service: KubeObject, host: string): Fault {
  const { workload, project } = subject;
  const other = project.workloads.find((one) => one !== workload && selects(service, one.workload));
  const place = scriptPlace(subject);
  const waits = `Init container ${subject.name} waits for ${host}`;
  return {
    severity: other === undefined ? "error" : "warning",
    at: place === null ? subject.at("command") : subject.at(...place.inside),
    message:
      other === undefined
        ? `${waits}, a Service that only this pod serves, once it is ready.`
        : `${waits}, a Service that this pod serves itself, beside ${other.title}.`,
    evidence: service.name,
    related: [
      {
        source: selectorSource(service),
        message: `Service ${service.name} selects this pod.`,
      },
    ],
  };
}
