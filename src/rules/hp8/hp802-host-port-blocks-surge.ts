import { fenceposts } from "#kubelet/cluster/rolling-update.js";
import { pathSteps } from "#manifest/fields/field-path.js";
import type { Source } from "#manifest/text/source.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const hostPortBlocksSurge: Rule = {
  id: "HP802",
  name: "host-port-blocks-surge",
  severity: "warning",
  reason: "B",
  inputs: "W,N?",
  exports: "KVR",
  fix: "suggest",
  title: "A surge pod cannot be scheduled beside the old one because of hostPort.",
  why: "The new pod needs the same port of a node, and no old pod may go first: the roll-out waits for a free node. Inside one pod the generations share the port through the supervisor, so updates of a running pod are not concerned.",
  when: "A Deployment or Rollout of a hot pod with hostPort or hostNetwork, where maxUnavailable comes to 0 pods and maxSurge to more. With more nodes than replicas in the input it is worth knowing only (info).",
  remedy: "maxSurge: 0 and maxUnavailable: 1.",
  fires: "3 replicas and the defaults: 25 % come to 1 surge pod and 0 unavailable ones.",
  quiet: "A DaemonSet; 4 replicas and the defaults, where one pod may be unavailable.",
  peers: "Polaris hostPortSet, kubescape C-0044",
  judge: { of: "workload", judge: judgeRollout },
};

function judgeRollout(subject: WorkloadSubject): Outcome {
  const { workload, running } = subject;
  const { kind, rollout } = workload;
  if ((kind !== "Deployment" && kind !== "Rollout") || rollout?.type !== "RollingUpdate") {
    return NOT_APPLICABLE;
  }
  if (!running.some(({ isHot }) => isHot)) return NOT_APPLICABLE;
  const port = hostPort(subject);
  if (port === null) return NOT_APPLICABLE;
  const { replicas } = subject;
  const { surge, unavailable } = fenceposts(replicas, rollout.maxSurge, rollout.maxUnavailable);
  if (replicas === 0 || unavailable > 0 || surge === 0) return PASS;
  const fix = strategyFix(subject);
  const nodes = subject.project.objects("Node").length;
  return fails({
    severity: nodes > replicas ? "info" : "warning",
    at: port.at,
    message: `No old pod may go before a new one runs, and two pods cannot share ${port.what}: the roll-out waits for a free node.`,
    figures: [
      { name: "replicas", value: String(replicas), source: "spec.replicas" },
      { name: "surge", value: String(surge), source: "spec.strategy" },
      { name: "unavailable", value: String(unavailable), source: "spec.strategy" },
    ],
    evidence: port.what,
    ...(fix === null ? {} : { fix }),
  });
}

function hostPort(subject: WorkloadSubject): { at: Source; what: string } | null {
  if (subject.rawSpec.hostNetwork === true) {
    return { at: subject.inSpec("hostNetwork"), what: "the node's network" };
  }
  for (const container of subject.running) {
    const ports = Array.isArray(container.raw.ports) ? container.raw.ports.map(fieldsOf) : [];
    const index = ports.findIndex(({ hostPort: port }) => typeof port === "number" && port > 0);
    if (index < 0) continue;
    const what = `port ${String(ports[index]?.hostPort)} of the node`;
    return { at: container.at("ports", index, "hostPort"), what };
  }
  return null;
}

/** A Rollout of another kind than canary has no such numbers. */
function strategyFix({ object, workload, rawObjectSpec }: WorkloadSubject): Fix | null {
  const isCanary = "canary" in fieldsOf(rawObjectSpec.strategy);
  if (workload.kind === "Rollout" && !isCanary) return null;
  const top = [...pathSteps(object.at), "spec", "strategy"];
  const path = [...top, workload.kind === "Rollout" ? "canary" : "rollingUpdate"];
  const set = { kind: "set" as const, document: object.document };
  return {
    kind: "suggested",
    title: "maxSurge 0, maxUnavailable 1",
    changes: [
      { ...set, path: [...path, "maxSurge"], value: 0 },
      { ...set, path: [...path, "maxUnavailable"], value: 1 },
    ],
  };
}
