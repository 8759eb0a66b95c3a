import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { exactImageOf } from "#rules/image/exact-image.js";
import { imageWanted } from "#rules/image/image-of.js";
import { buildsHere } from "#rules/pod/builds-here.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { type Fields, fieldsAt, fieldsOf } from "#rules/subject/fields.js";

export const archMismatch: Rule = {
  id: "HP611",
  name: "arch-mismatch",
  severity: "error",
  reason: "A",
  inputs: "W,(D|I|B)",
  exports: "KVR@",
  fix: "none",
  title: "The binary's architecture does not fit the nodes it may run on.",
  why: "The kernel refuses to run it (exec format error), and the container goes into a crash loop.",
  when: "GOARCH of the Dockerfile's build, or its --platform, is none of the architectures that nodeSelector or a required nodeAffinity allows (error), or only one of several (warning).",
  remedy: "Build an image for every architecture, or select the nodes that fit.",
  fires: "GOARCH=amd64 with nodeSelector kubernetes.io/arch: arm64.",
  quiet: "no constraint on nodes; a build in the pod, which is made for its node.",
  judge: { of: "container", judge: judgeArchitecture },
};

const LABEL = "kubernetes.io/arch";

function judgeArchitecture(subject: ContainerSubject): Outcome {
  const allowed = allowedArchitectures(subject.workload.rawSpec);
  if (subject.isInit || allowed === null) return NOT_APPLICABLE;
  const { image, project } = subject;
  const exact = exactImageOf(subject)?.architectures ?? [];
  const setHere = subject.env("GOARCH");
  if (buildsHere(subject) && setHere === null) return PASS;
  const isBlind = setHere === null && exact.length === 0;
  if (project.dockerfiles.length === 0 && isBlind) return NOT_APPLICABLE;
  if (image === null && isBlind) return open("D", imageWanted(subject));
  const said = setHere ?? (image === null ? null : architectureOf(image));
  const built = exact.length > 0 && setHere === null ? exact : said === null ? [] : [said];
  if (built.length === 0) return PASS;
  return judgeBuilt(subject, allowed, built);
}

function judgeBuilt(
  subject: ContainerSubject,
  allowed: Allowed,
  built: readonly string[],
): Outcome {
  const shown = built.join(", ");
  if (!built.some((one) => allowed.values.includes(one))) {
    return fails({
      severity: "error",
      at: subject.workload.inSpec(...allowed.path),
      message: `The program is built for ${shown}, and the pod may run on ${allowed.values.join(", ")} alone.`,
    });
  }
  if (allowed.values.every((one) => built.includes(one))) return PASS;
  return fails({
    severity: "warning",
    at: subject.workload.inSpec(...allowed.path),
    message: `The program is built for ${shown}, and the pod may run on ${allowed.values.join(", ")}.`,
  });
}

interface Allowed {
  readonly values: readonly string[];
  readonly path: readonly (string | number)[];
}

/** null: every node will do. */
function allowedArchitectures(spec: Fields): Allowed | null {
  const selected = fieldsOf(spec.nodeSelector)[LABEL];
  if (typeof selected === "string") return { values: [selected], path: ["nodeSelector", LABEL] };
  const path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
  const terms = fieldsAt(spec, path).nodeSelectorTerms;
  if (!Array.isArray(terms) || terms.length === 0) return null;
  const values: string[] = [];
  for (const term of terms) {
    const { matchExpressions } = fieldsOf(term);
    const found = (Array.isArray(matchExpressions) ? matchExpressions : [])
      .map(fieldsOf)
      .find(({ key, operator }) => key === LABEL && operator === "In");
    // One of the terms is enough for a node, so one without the label allows them all.
    if (found === undefined || !Array.isArray(found.values)) return null;
    values.push(...found.values.filter((one): one is string => typeof one === "string"));
  }
  return { values: [...new Set(values)], path };
}

/** Of the build: `GOARCH=…` in RUN or ENV, else `FROM --platform`; null: the builder's own. */
function architectureOf({ instructions, stages, stage }: FinalImage): string | null {
  const all = [...instructions, ...stages.flatMap((one) => one.instructions)];
  for (const { keyword, text } of all) {
    const found = /\bGOARCH=["']?([a-z0-9]+)/.exec(text)?.[1];
    if (["ENV", "RUN", "ARG"].includes(keyword) && found !== undefined) return found;
  }
  return stage.platform === null ? null : (/^linux\/([a-z0-9]+)/.exec(stage.platform)?.[1] ?? null);
}
