import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const buildNotReproducible: Rule = {
  id: "HP609",
  name: "build-not-reproducible",
  severity: "info",
  reason: "V",
  inputs: "D|R|S|B",
  exports: "none",
  fix: "none",
  title: "The same source gives a different binary each time.",
  why: "Nobody can prove then, by building it again, that an image was made of the source it names.",
  when: "A Dockerfile runs go build without -trimpath, or puts the date or a random value into it by -ldflags -X.",
  remedy: "Add -trimpath, and keep the time in a label of the image.",
  fires: 'go build -ldflags "-X main.build=$(date +%s)"',
  quiet: 'go build -trimpath -ldflags "-X main.version=$TAG"',
  judge: { of: "project", judge: judgeBuilds },
};

function judgeBuilds({ dockerfiles }: Project): Outcome {
  const builds = dockerfiles.flatMap(({ stages }) =>
    stages.flatMap(({ instructions }) =>
      instructions.filter(({ keyword, text }) => keyword === "RUN" && /\bgo\s+build\b/.test(text)),
    ),
  );
  if (builds.length === 0) return NOT_APPLICABLE;
  const always = dockerfiles.some(({ text }) => /GOFLAGS[= ][^\n]*-trimpath/.test(text));
  const faults = builds.flatMap(({ text: whole, region }) => {
    const text = whole.slice(0, 4_096);
    const dated =
      /-X[= ][^"'\n]*(\$\(date(?![^)]*SOURCE_DATE_EPOCH)|`date|BUILD_?TIME|BUILD_?DATE|\$RANDOM|uuidgen)/i.test(
        text,
      );
    const pathed = !always && !/-trimpath\b/.test(text);
    if (!dated && !pathed) return [];
    const message = dated
      ? "The build puts the time into the program, so no two builds are the same."
      : "Without -trimpath the program holds the folder it was built in.";
    return [
      {
        severity: "info" as const,
        at: { kind: "text" as const, region },
        message,
        evidence: dated ? "time" : "path",
      },
    ];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}
