import type { Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { servedPorts } from "#rules/service/served-ports.js";
import { type ServicePort, servicePorts, serviceTitle } from "#rules/service/service-ports.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const servicePortUnresolved: Rule = {
  id: "HP804",
  name: "service-port-unresolved",
  severity: "error",
  reason: "L",
  inputs: "W,N",
  exports: "R+",
  fix: "suggest",
  title: "The Service sends traffic to a port no generation serves.",
  why: "A named targetPort that no container defines makes endpoints without that port. A generation's own port behind the held one comes and goes with it.",
  when: "A Service selects a hot pod, and its named targetPort is in no container; or its number is neither declared nor among the ports hotpod or the command line names (warning); or it is the PORT of a generation instead of the one hotpod holds.",
  remedy: "Point targetPort at the port that stays: the one hotpod holds.",
  fires: "targetPort 18080, the PORT of a generation, while hotpod holds 8080.",
  quiet:
    "A number that is not declared, with nothing known of where the program listens; a Service without a selector; ExternalName.",
  judge: { of: "workload", judge: judgeServices },
};

function judgeServices(workload: WorkloadSubject): Outcome {
  const services = workload.services.filter(
    ({ value }) => fieldsOf(value.spec).type !== "ExternalName",
  );
  if (services.length === 0 || !workload.running.some(({ isHot }) => isHot)) return NOT_APPLICABLE;
  const faults = services.flatMap(servicePorts).flatMap((port) => judgePort(workload, port));
  return faults.length === 0 ? PASS : fails(...faults);
}

function judgePort(workload: WorkloadSubject, port: ServicePort): Fault[] {
  const { target, service } = port;
  if (target === null) return [];
  const title = serviceTitle(service);
  const evidence = `${service.name} ${target}`;
  if (typeof target === "string") {
    const isNamed = workload.running.some(({ container }) =>
      container.ports.some(({ name }) => name === target),
    );
    if (isNamed) return [];
    const message = `The ${title} sends to port ${target}, and no container of the pod has one of that name.`;
    return [{ severity: "error", at: port.at, message, evidence, ...fixOf(workload, port) }];
  }
  const behind = workload.running.find((one) => isPrivate(one, target));
  if (behind !== undefined) {
    const message = `The ${title} sends to port ${target}, the PORT of a generation in ${behind.title}, and not to the one hotpod holds.`;
    return [{ severity: "error", at: port.at, message, evidence, ...fixOf(workload, port) }];
  }
  const known = workload.running.map(servedPorts);
  if (isDeclared(workload, target) || known.includes(null)) return [];
  const all = known.flatMap((one) => one?.all ?? []);
  if (all.includes(target)) return [];
  const message = `The ${title} sends to port ${target}, and the pod listens on ${all.join(", ")}.`;
  return [{ severity: "warning", at: port.at, message, evidence, ...fixOf(workload, port) }];
}

/** What a generation behind hotpod is told to listen on, where hotpod itself holds another port. */
function isPrivate(subject: ContainerSubject, port: number): boolean {
  if (!subject.isManaged || Number(subject.env("PORT")) !== port) return false;
  const served = servedPorts(subject);
  return served !== null && !served.all.includes(port);
}

function isDeclared({ running }: WorkloadSubject, port: number): boolean {
  return running.some(({ container }) =>
    container.ports.some(({ containerPort }) => containerPort === port),
  );
}

/** Only where one port is held and no other could be meant. */
function fixOf({ running }: WorkloadSubject, { service, path }: ServicePort): { fix?: Fix } {
  const held = running
    .filter(({ isManaged }) => isManaged)
    .map((one) => servedPorts(one)?.main ?? []);
  const [only, ...others] = held.flat();
  if (only === undefined || others.length > 0) return {};
  const { document } = service;
  return {
    fix: {
      kind: "suggested",
      title: `targetPort: ${only}`,
      changes: [{ kind: "set", document, path: [...path, "targetPort"], value: only }],
    },
  };
}
