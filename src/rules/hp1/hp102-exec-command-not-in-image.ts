import { presenceOf } from "#rules/image/in-image.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const execCommandNotInImage: Rule = {
  id: "HP102",
  name: "exec-command-not-in-image",
  severity: "error",
  reason: "A",
  inputs: "W,(I|D)",
  exports: "none",
  fix: "none",
  title: "A probe command does not exist in the image, so the probe has no effect or never ends.",
  why: "A command that the runtime cannot find is an errored attempt, and those do not count: liveness never acts, readiness never turns ready, a startup probe neither passes nor kills.",
  when: "A probe runs a program that the image of its Dockerfile cannot have: the final stage begins with scratch or a distroless base, and nothing copies it in.",
  remedy: "Use httpGet, tcpSocket or grpc, or put the program into the image.",
  fires: "exec: sh -c … on distroless/static.",
  quiet: "distroless with the tag debug, which has busybox; COPY of grpc_health_probe.",
  judge: { of: "container", judge: judgeProbes },
};

function judgeProbes(subject: ContainerSubject): Outcome {
  const { image } = subject;
  const kinds = (["startup", "liveness", "readiness"] as const).flatMap((kind) => {
    const handler = subject.probe(kind)?.handler;
    return handler?.kind === "exec" ? [{ kind, program: handler.command[0] ?? "" }] : [];
  });
  if (kinds.length === 0 || subject.project.dockerfiles.length === 0) return NOT_APPLICABLE;
  if (image === null)
    return open(
      "D",
      "the container's Dockerfile: annotation hotpod.dev/dockerfile, or --assume-single",
    );
  return together(
    kinds.map(({ kind, program }) => {
      if (presenceOf(image, program) !== "absent") return PASS;
      return fails({
        severity: "error",
        at: subject.atProbe(kind, "exec", "command"),
        message: `The image has no ${program}, so the ${kind} probe never counts.`,
        related: [
          {
            source: { kind: "text", region: image.baseRegion },
            message: `It begins with ${image.base}.`,
          },
        ],
        evidence: kind,
      });
    }),
  );
}
