import type { KubeObject } from "#manifest/workload/kube-object.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { scriptOf } from "#rules/shell/shell-text.js";
import { waitLoopsOf } from "#rules/shell/wait-loops.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { selects } from "#rules/subject/selects.js";

export const initWaitsForOwnService: Rule = {
  id: "HP304",
  name: "init-waits-for-own-service",
  severity: "error",
  reason: "A",
  inputs: "W,N",
  exports: "R+",
  fix: "none",
  title: "The pod waits in init for a Service that only it can serve.",
  why: "It is not ready while it waits, so the Service has no endpoint, so the wait never ends on the first roll-out.",
  when: "An init container's wait loop asks for a Service of its own namespace that selects this very template; a warning when other workloads serve it too.",
  remedy: "Remove the wait, or wait for what the pod really depends on.",
  fires: "Deployment api waits for api-svc.",
  quiet: "a headless Service with publishNotReadyAddresses; the same name in another namespace.",
  judge: { of: "container", judge: judgeHosts },
};

function judgeHosts(subject: ContainerSubject): Outcome {
  const { command, workload, project } = subject;
  if (!subject.isInit || command.kind === "unknown") return NOT_APPLICABLE;
  const hosts = waitLoopsOf(scriptOf(command.argv) ?? "").flatMap((loop) => loop.hosts);
  if (hosts.length === 0) return NOT_APPLICABLE;
  if (!workload.servicesKnown) return open("N", "the Services of the namespace");
  const own = workload.services.find((service) => {
    const headless = fieldsOf(service.value.spec).publishNotReadyAddresses === true;
    return !headless && hosts.some((host) => names(service, workload.workload.namespace, host));
  });
  if (own === undefined) return PASS;
  const others = project.workloads.some((one) => one !== workload && selects(own, one.workload));
  return fails({
    severity: others ? "warning" : "error",
    at: command.source,
    message: `Init container ${subject.name} waits for Service ${own.name}, ${others ? "which this workload serves too" : "which only these pods can serve"}.`,
  });
}

/** `name`, `name.namespace`, `name.namespace.svc…`. */
function names(service: KubeObject, from: string, host: string): boolean {
  const [name = "", namespace = from, svc = "svc"] = host.split(".");
  return name === service.name && namespace === (service.namespace ?? "default") && svc === "svc";
}
