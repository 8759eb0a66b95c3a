import { programIn } from "#rules/image/program-in-container.js";
import { fails, NOT_APPLICABLE, type Outcome, together } from "#rules/rule/outcome.js";
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
  when: "A probe runs a program that the image of its Dockerfile cannot have: the final stage begins with scratch or a distroless base, and nothing copies it in. What a folder that is copied, a package or a volume holds is not known, so it is open.",
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
  if (subject.isInit || kinds.length === 0) return NOT_APPLICABLE;
  return together(
    kinds.map(({ kind, program }) => {
      const known = programIn(subject, program);
      if (known !== null) return known;
      return fails({
        severity: "error",
        at: subject.atProbe(kind, "exec", "command"),
        message: `The image has no ${program}, so the ${kind} probe never counts.`,
        related:
          image === null
            ? []
            : [
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
