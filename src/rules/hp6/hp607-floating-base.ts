import { imageReference } from "#manifest/dockerfile/image-reference.js";
import type { DockerfileReading, DockerStage } from "#manifest/dockerfile/read-dockerfile.js";
import { stagesUsed } from "#rules/image/stages-used.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const floatingBase: Rule = {
  id: "HP607",
  name: "floating-base",
  severity: "warning",
  reason: "V",
  inputs: "D,W?",
  exports: "none",
  fix: "none",
  title: "Image and hot build do not pin the same toolchain.",
  why: "When a base is pulled again between two builds, the compiler or the C library may be another one, and the same commit makes another program.",
  when: "FROM of a stage that the final image is made of names an image without a digest whose tag is absent, latest, or lacks a minor version (warning), or lacks the patch level (info). A Dockerfile that is tied to containers none of which is hot is left out.",
  remedy: "Pin it: image:tag@sha256:…",
  fires: "FROM golang; FROM golang:1; FROM alpine:latest",
  quiet:
    "reg:5000/golang:1.22.5@sha256:…; FROM of an earlier stage; scratch; a stage that nothing is copied from.",
  peers: "hadolint DL3006 and DL3007, kube-linter latest-tag, Polaris tagNotSpecified",
  judge: { of: "project", judge: judgeBases },
};

function judgeBases(project: Project): Outcome {
  return together(
    project.dockerfiles.map((reading) => {
      const concerned = reading.problem === null && !isForOthers(project, reading);
      return concerned ? together(stagesUsed(reading.stages).map(judgeStage)) : NOT_APPLICABLE;
    }),
  );
}

/** It is tied to containers, and none of them is hot. */
function isForOthers({ workloads }: Project, { file }: DockerfileReading): boolean {
  const tied = workloads
    .flatMap(({ running }) => running)
    .filter(({ image }) => image?.file === file);
  return tied.length > 0 && tied.every(({ isHot }) => !isHot);
}

function judgeStage({ base, parent, written, region }: DockerStage): Outcome {
  if (parent !== null || base === "scratch") return PASS;
  if (base === null) return open("D", `what ${written} is: a default of its ARG before FROM`);
  const { tag, digest } = imageReference(base);
  const version = /^v?(\d+)(\.\d+)?(\.\d+)?/.exec(tag ?? "");
  if (digest !== null || version?.[3] !== undefined) return PASS;
  const floats = version?.[2] === undefined;
  const what = floats ? "version" : "patch level";
  return fails({
    severity: floats ? "warning" : "info",
    at: { kind: "text", region },
    message: `${"`"}${base}${"`"} may be another ${what} at every build.`,
    evidence: base,
  });
}
