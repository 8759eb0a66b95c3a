import type { KubeObject } from "#manifest/workload/kube-object.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const hotPodHasApiToken: Rule = {
  id: "HP1109",
  name: "hot-pod-has-api-token",
  severity: "warning",
  reason: "X",
  inputs: "W,N?",
  exports: "KVR",
  fix: "safe",
  title: "Code that can be swapped at run time holds a cluster token.",
  why: "Whoever gets a generation into the pod speaks to the API server with its rights.",
  when: "A pod with a hot container mounts a service account's token: automountServiceAccountToken is false neither in the pod nor in the ServiceAccount, and nothing in the input needs it: no HotUpdate, no readiness gate of hotpod, no token volume that is asked for.",
  remedy: "automountServiceAccountToken: false",
  fires: "A hot pod with the default service account.",
  quiet: "HotUpdate in use; a projected token volume that is asked for.",
  peers: "Polaris automountServiceAccountToken, kube-linter default-service-account",
  judge: { of: "workload", judge: judgeToken },
};

function judgeToken(workload: WorkloadSubject): Outcome {
  if (!workload.running.some(({ isHot }) => isHot)) return NOT_APPLICABLE;
  const { rawSpec } = workload;
  const pod = rawSpec.automountServiceAccountToken;
  const account = scalarText(rawSpec.serviceAccountName ?? rawSpec.serviceAccount) || "default";
  const automounts = pod ?? accountObject(workload, account)?.value.automountServiceAccountToken;
  if (automounts === false || isNeeded(workload)) return PASS;
  const { document } = workload.object;
  const path = [...workload.templatePath, "spec", "automountServiceAccountToken"];
  return fails({
    severity: "warning",
    at: workload.inSpec(pod === undefined ? "serviceAccountName" : "automountServiceAccountToken"),
    message: `The hot pod holds a token of the service account ${account}.`,
    evidence: account,
    fix: {
      // Whether the program speaks to the API server is not known.
      kind: "suggested",
      title: "automountServiceAccountToken: false",
      changes: [{ kind: "set", document, path, value: false }],
    },
  });
}

function accountObject(
  { project, workload }: WorkloadSubject,
  name: string,
): KubeObject | undefined {
  return project
    .objects("ServiceAccount")
    .find((one) => one.name === name && (one.namespace ?? "default") === workload.namespace);
}

function isNeeded({ project, workload, rawSpec }: WorkloadSubject): boolean {
  const { namespace, template } = workload;
  const updates = project.objects("HotUpdate");
  if (updates.some((one) => (one.namespace ?? "default") === namespace)) return true;
  if (template.spec.readinessGates.some((gate) => gate.startsWith("hotpod.dev/"))) return true;
  const volumes = Array.isArray(rawSpec.volumes) ? rawSpec.volumes.map(fieldsOf) : [];
  return volumes.some(({ projected }) => {
    const { sources } = fieldsOf(projected);
    return Array.isArray(sources) && sources.some((one) => "serviceAccountToken" in fieldsOf(one));
  });
}
