import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource } from "#manifest/text/source.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { serviceTitle } from "#rules/service/service-ports.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const unreadyAddressesPublished: Rule = {
  id: "HP805",
  name: "unready-addresses-published",
  severity: "warning",
  reason: "L",
  inputs: "W,N",
  exports: "R+",
  fix: "suggest",
  title: "The Service publishes unready pods, so withdrawing readiness changes nothing.",
  why: "A pod that says it is not ready during a swap still gets its share of the traffic.",
  when: "publishNotReadyAddresses on a Service that is not headless and selects a hot pod whose readiness is withdrawn during a swap: readiness: hold, or a readinessProbe over a gap.",
  remedy:
    "Publish unready addresses on a headless Service of their own, for peers; and leave the other one as it is by default.",
  fires: "A ClusterIP Service with publishNotReadyAddresses: true.",
  quiet: "The headless governing Service of a StatefulSet.",
  judge: { of: "workload", judge: judgeServices },
};

function judgeServices(workload: WorkloadSubject): Outcome {
  if (!workload.running.some(({ isHot }) => isHot)) return NOT_APPLICABLE;
  const services = workload.services.filter(({ value }) => {
    const { publishNotReadyAddresses, clusterIP } = fieldsOf(value.spec);
    return publishNotReadyAddresses === true && clusterIP !== "None";
  });
  if (services.length === 0) return NOT_APPLICABLE;
  const withdrawing = workload.running.find(withdraws);
  if (withdrawing === undefined) return PASS;
  const faults = services.map((service): Fault => {
    const path = [...pathSteps(service.at), "spec", "publishNotReadyAddresses"];
    return {
      severity: "warning",
      at: fieldSource(service.document, path),
      message: `The ${serviceTitle(service)} publishes unready pods: what ${withdrawing.title} says of its readiness during a swap changes nothing.`,
      evidence: service.name,
    };
  });
  return fails(...faults);
}

/** During a swap it says "not ready", and somebody asks. */
function withdraws(subject: ContainerSubject): boolean {
  if (!subject.isHot || subject.probe("readiness") === null) return false;
  if (!subject.isManaged) return true;
  const shown = (key: "readiness" | "handover"): string | null =>
    subject.setting(key)?.shown ?? null;
  return shown("readiness") === "hold" || shown("handover") === "restart";
}
