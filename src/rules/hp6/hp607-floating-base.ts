import { imageReference } from "#manifest/dockerfile/image-reference.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
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
  when: "FROM names an image without a digest whose tag is absent, latest, or lacks a minor version (warning), or lacks the patch level (info).",
  remedy: "Pin it: image:tag@sha256:…",
  fires: "FROM golang; FROM golang:1; FROM alpine:latest",
  quiet: "reg:5000/golang:1.22.5@sha256:…; FROM of an earlier stage; scratch.",
  peers: "hadolint DL3006 and DL3007, kube-linter latest-tag, Polaris tagNotSpecified",
  judge: { of: "project", judge: judgeBases },
};

function judgeBases({ dockerfiles }: Project): Outcome {
  if (dockerfiles.length === 0) return NOT_APPLICABLE;
  const faults = dockerfiles.flatMap(({ stages }) =>
    stages.flatMap(({ base, region }, index) => {
      const earlier = stages
        .slice(0, index)
        .some(({ name }) => name !== null && name.toLowerCase() === base?.toLowerCase());
      if (base === null || base === "scratch" || earlier) return [];
      const { tag, digest } = imageReference(base);
      const version = /^v?(\d+)(\.\d+)?(\.\d+)?/.exec(tag ?? "");
      if (digest !== null || version?.[3] !== undefined) return [];
      const floats = version?.[2] === undefined;
      return [
        {
          severity: floats ? ("warning" as const) : ("info" as const),
          at: { kind: "text" as const, region },
          message: floats
            ? `${"`"}${base}${"`"} may be another version at every build.`
            : `${"`"}${base}${"`"} may be another patch level at every build.`,
          evidence: base,
        },
      ];
    }),
  );
  return faults.length === 0 ? PASS : fails(...faults);
}
