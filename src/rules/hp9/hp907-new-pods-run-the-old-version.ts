import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { matchesSelector } from "#rules/subject/selects.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const newPodsRunTheOldVersion: Rule = {
  id: "HP907",
  name: "new-pods-run-the-old-version",
  severity: "warning",
  reason: "V",
  inputs: "W,H,N?",
  exports: "R+",
  fix: "suggest",
  title: "Scaling, eviction or a roll-out brings back the image's version.",
  why: "A hot update changes running pods, not the template. Every new pod starts with what the image holds, so an autoscaler makes mixed versions a matter of time.",
  when: "Under profile prod, hotpod manages a container of several replicas or of a workload that an autoscaler targets, and no HotUpdate object selects it. Without any of these objects in the input it is open.",
  remedy:
    "Ship the same revision as an image soon, or let a HotUpdate object hand new pods the artifact.",
  fires: "a HorizontalPodAutoscaler and no HotUpdate.",
  quiet: "profile dev; a HotUpdate that selects the pods.",
  judge: { of: "workload", judge: judgeVersions },
};

function judgeVersions(subject: WorkloadSubject): Outcome {
  const { project, workload, autoscaler } = subject;
  const managed = subject.running.find(({ isManaged }) => isManaged);
  if (project.parameters.profile === "dev" || managed === undefined) return NOT_APPLICABLE;
  const covered = project.objects("HotUpdate").some(({ value, namespace }) => {
    const here = (namespace ?? "default") === workload.namespace;
    return (
      here && matchesSelector(fieldsOf(fieldsOf(value.spec).selector), workload.template.labels)
    );
  });
  if (covered) return PASS;
  const known = ["HorizontalPodAutoscaler", "HotUpdate"].some(
    (kind) => project.objects(kind).length > 0,
  );
  // A manifest alone shows neither who scales it nor who hands new pods the update.
  if (!known) return open("N", "the HorizontalPodAutoscalers and HotUpdates of the namespace");
  if (autoscaler === null && workload.replicas <= 1) return NOT_APPLICABLE;
  const why =
    autoscaler === null ? `${workload.replicas} replicas` : `autoscaler ${autoscaler.name}`;
  return fails({
    severity: "warning",
    at: managed.at("command"),
    message: `With ${why}, a new pod starts the image's version while the others run the updated one.`,
  });
}
