import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { askGate } from "./gate/ask-gate.js";
import { goRepository } from "./gate/go-repository.js";
import { type LabelledImage, labelledImages, passesByLabels } from "./gate/labelled-images.js";

const RIGHT = 5;
const WRONG = 4;

export const l410: Scenario = {
  id: "L410",
  chapter: 4,
  title: "An image's times and labels as a release gate",
  claim:
    "Comparing an image's created with its build label, and its label of the Go version, tells whether it is the right one.",
  story: {
    before:
      "Nine images in OCI layouts. Five hold the right program: one as it should be, one without labels, one whose two times differ, one from a reproducible build (created 1970), one without symbols. Four hold a wrong one under perfect times and labels: for another machine, by another release of Go, of the commit before, and one that does not say its commit. The check: created and org.opencontainers.image.created a minute apart at most, go.version the wanted one.",
    after: "hotpod gate about the same nine images, with the checkout.",
  },
  correction:
    "Labels and times are written by whoever builds the image, not by the compiler. Equal times stop reproducible images and pass every wrong program that is packed in time. What the program says of itself (its ELF header, its Go version, its commit) tells them apart; a program that does not say its commit is a finding of its own.",
  advice: [
    "Read the program in the image, not the label beside it: hotpod gate --source . --image PATH.",
    "Keep labels for people; where one contradicts the program, the image is wrong.",
    "Build with .git and git in the builder, and -buildvcs=true.",
  ],
  rules: ["HP613", "HP610", "HP611"],
  settings: [],
  needs: ["linux", "go", "git"],
  budgetSeconds: 10,
  timed: false,
  tags: ["go", "gate", "image"],
  measures: {
    right: { about: "images with the right program", unit: "images" },
    alarms: { about: "of them, those that were stopped", unit: "images" },
    wrong: { about: "images with a wrong program", unit: "images" },
    found: { about: "of them, those that were stopped", unit: "images" },
    stopped: { about: "what was stopped", unit: "" },
    named: { about: "which answer stopped each", unit: "" },
  },
  arms: [
    {
      ...{ name: "labels", side: "before", label: "compare times and labels", needs: [] },
      predictions: [
        predict("right", equals(RIGHT), "every image was made"),
        predict("wrong", equals(WRONG), "every image was made"),
        predict("alarms", equals(3), "no label, another time, 1970: nothing of that is a fault"),
        predict("found", equals(0), "a wrong program can be packed in time, under right labels"),
      ],
      async run(bench, record) {
        const repository = await goRepository(bench);
        const images = await labelledImages(bench, repository);
        const stops = images.filter(
          ({ layout }) => !passesByLabels(bench, layout, repository.goVersion),
        );
        report(record, images, stops);
      },
    },
    gateArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("labels.found", below(WRONG), "labels do not show what is wrong"),
        predict("gate.found", equals(WRONG), "the program does"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("labels.found", equals(WRONG), "labels show all that is wrong"),
        predict("labels.alarms", equals(0), "and nothing else"),
      ],
    },
    {
      verdict: "refuted",
      when: [
        predict("labels.alarms", above(0), "right images are stopped"),
        predict("gate.found", below(WRONG), "and the program shows no more"),
      ],
    },
  ],
  headline: {
    before: "labels.found",
    after: "gate.found",
    about: "images with a wrong program that were stopped, of four",
  },
  byHand: `docker build --label go.version=go1.99 --label org.opencontainers.image.revision=none -t l410 . && docker save l410 -o l410.tar
docker inspect -f '{{.Created}} {{json .Config.Labels}}' l410     # whatever was said
hotpod gate --source . --image l410.tar --path /app/api           # what the program says`,
};

function gateArm(): Arm {
  return {
    ...{ name: "gate", side: "after", label: "hotpod gate --source --image", needs: [] },
    predictions: [
      predict("right", equals(RIGHT), "every image was made"),
      predict("wrong", equals(WRONG), "every image was made"),
      predict("alarms", equals(0), "times that differ are told, and stop nothing"),
      predict("found", atLeast(WRONG), "the program says what it is"),
      predict(
        "named",
        equals(
          "other machine: target; other Go: labels; other commit: revision; no commit: revision",
        ),
        "each by the question that it is about",
      ),
    ],
    async run(bench: LabBench, record) {
      const repository = await goRepository(bench);
      const images = await labelledImages(bench, repository);
      const stops: LabelledImage[] = [];
      const named: string[] = [];
      for (const image of images) {
        const args = ["--source", repository.folder, "--image", image.layout];
        const { passed, ids } = await askGate(bench, repository, args);
        if (passed) continue;
        stops.push(image);
        named.push(`${image.name}: ${ids.join(", ")}`);
      }
      report(record, images, stops);
      record.text("named", named.join("; "));
    },
  };
}

function report(
  record: Recorder,
  images: readonly LabelledImage[],
  stops: readonly LabelledImage[],
): void {
  const right = images.filter(({ isRight }) => isRight);
  const wrong = images.filter(({ isRight }) => !isRight);
  record.count("right", right.length);
  record.count("alarms", stops.filter(({ isRight }) => isRight).length, right.length);
  record.count("wrong", wrong.length);
  record.count("found", stops.filter(({ isRight }) => !isRight).length, wrong.length);
  record.text("stopped", stops.map(({ name }) => name).join(", ") || "none");
}
