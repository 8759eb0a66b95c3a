import { unknownFor } from "#rules/score/groups/answer.js";
import {
  ignoresOutputs,
  moduleLayers,
  numericUser,
  pinnedBase,
  withoutToolchain,
} from "#rules/score/groups/image-groups.js";
import { sumsComplete } from "#rules/score/groups/module-groups.js";
import { firstOf, share } from "#rules/score/groups/point-group.js";
import type { Indicator } from "./indicator.js";

/** Of the image and the program in it. */
export const BUILD_INDICATORS: readonly Indicator[] = [
  {
    id: "M01",
    name: "Image build",
    weight: 6,
    groups: [
      {
        points: 25,
        key: "toolchain",
        name: "a final stage without the toolchain",
        formula: "25 if neither the base nor a RUN brings a compiler",
        step: "build in one stage, and copy the program into a last one without compilers",
        of: withoutToolchain,
      },
      {
        points: 20,
        key: "base",
        name: "the base is pinned",
        formula: "20 for tag and digest, 10 for a tag with a minor version",
        step: "name the base by tag and digest",
        of: pinnedBase,
      },
      share(20, "HP402"),
      {
        points: 15,
        key: "layers",
        name: "modules in a layer of their own",
        formula:
          "15 if COPY go.mod, then go mod download (or a cache mount), then the first COPY of .",
        step: "copy go.mod and go.sum and run go mod download before the sources are copied",
        of: moduleLayers,
      },
      {
        points: 10,
        key: "ignore",
        name: ".dockerignore",
        formula: "10 if tmp and bin are dropped, and .git is kept for the stamp",
        step: "a .dockerignore with tmp and bin, and without .git",
        of: ignoresOutputs,
      },
      {
        points: 10,
        key: "user",
        name: "a numeric USER",
        formula: "10 if the last USER is a number",
        step: "USER 65532, a number, so that runAsNonRoot can be checked",
        of: numericUser,
      },
    ],
    step: "two stages, a digest, a numeric USER",
  },
  {
    id: "M02",
    name: "Reproducibility and provenance",
    weight: 6,
    groups: [
      share(40, "HP609"),
      share(25, "HP610"),
      {
        points: 20,
        key: "unmodified",
        name: "an unmodified commit",
        formula: "20 if vcs.modified=false in the binary",
        step: "build from a clean checkout",
        of: () => unknownFor(),
      },
      share(15, "HP612"),
    ],
    step: "-trimpath, and the commit's stamp on",
  },
  {
    id: "M03",
    name: "Module integrity",
    weight: 4,
    groups: [
      {
        points: 35,
        key: "sums",
        name: "go.sum is complete",
        formula: "35 if every module of go.mod has its h1: and its /go.mod h1: line",
        step: "go mod tidy, and commit go.sum",
        of: sumsComplete,
      },
      share(25, "HP604"),
      share(20, "HP605"),
      share(20, "HP606"),
    ],
    step: "commit go.sum, and leave -mod at readonly",
  },
  {
    id: "M04",
    name: "C library, toolchain, architecture",
    weight: 4,
    groups: [firstOf(50, "HP602", "HP601"), share(30, "HP611"), share(20, "HP608")],
    step: "CGO_ENABLED=0 where nothing imports C",
  },
];
