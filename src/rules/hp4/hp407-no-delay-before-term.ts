import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { programOf, usesSdk } from "#rules/go/go-serving.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { servingOf } from "#rules/service/serving.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const noDelayBeforeTerm: Rule = {
  id: "HP407",
  name: "no-delay-before-term",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "W,N",
  exports: "KVR@",
  fix: "suggest",
  title: "The server stops accepting before the endpoints are gone.",
  why: "SIGTERM and the removal of the endpoint begin together. For some seconds (more behind a load balancer) new connections still come to a server that does not listen any more.",
  when: "A Service selects the pod of a hot container that has no preStop hook and is not managed by hotpod, which waits shutdown.delay.",
  remedy: "A preStop hook that sleeps longer than the endpoints' lag.",
  fires: "a Deployment and a Service without a hook.",
  quiet:
    "hotpod, which goes on accepting for shutdown.delay; a Service that publishes addresses that are not ready.",
  judge: { of: "container", judge: judgeHook },
};

const SLEEP_ACTION_MINOR = 30;

function judgeHook(subject: ContainerSubject): Outcome {
  if (!subject.isHot || subject.isSidecar) return NOT_APPLICABLE;
  const { workload } = subject;
  const { minor, endpointLag, externalLbLag } = subject.project.parameters;
  if (subject.container.lifecycle.preStop !== null) return PASS;
  const serving = servingOf(workload);
  if (serving === "unknown") return open("N", "the Services of the namespace");
  const first = serving.find(
    ({ service }) => fieldsOf(service?.value.spec).publishNotReadyAddresses !== true,
  );
  if (first === undefined) return NOT_APPLICABLE;
  const program = programOf(subject);
  if (program !== null && program !== "unknown" && usesSdk(program)) return PASS;
  const delay = subject.settings?.policy.shutdownDelayMs ?? null;
  const external = fieldsOf(first.service?.value.spec).type === "LoadBalancer";
  const lag = external ? externalLbLag : endpointLag;
  if (delay !== null && delay >= lag * 1_000) return PASS;
  const seconds = lag + 1;
  const fixable = delay === null && (minor === null || minor >= SLEEP_ACTION_MINOR);
  return fails({
    severity: "warning",
    at: subject.at("name"),
    message: `At its stop the server ends at once, and ${first.title} sends connections for up to ${lag} s more.`,
    figures: [
      { name: external ? "externalLbLag" : "endpointLag", value: `${lag} s`, source: "check" },
    ],
    ...(delay === null ? {} : { remedy: `Set shutdown.delay to ${seconds}s.` }),
    ...(fixable
      ? {
          fix: suggestedFix(
            `preStop sleep of ${seconds} s`,
            setInContainer(subject, ["lifecycle", "preStop"], { sleep: { seconds } }),
          ),
        }
      : {}),
  });
}
