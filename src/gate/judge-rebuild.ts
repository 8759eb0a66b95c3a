import type { GateAnswer, GateEvidence } from "#model/gate-report.js";
import { different, evidence, open, same } from "./answer.js";
import type { Reference } from "./facts.js";
import { infoDifferences } from "./info-differences.js";
import type { KnownProgram } from "./judge-program.js";

type Built = Extract<Reference, { kind: "built" }>;

/** The same bytes prove it. Where they are not, the first thing that differs is looked for, from the settings to the linker's ids. */
export function judgeRebuild(known: KnownProgram, reference: Reference): GateAnswer {
  switch (reference.kind) {
    case "impossible":
      return open("rebuild", { message: reference.reason, compared: [], remedy: reference.remedy });
    case "failed":
      return different("rebuild", "error", {
        message: "These sources do not build with the settings of this program.",
        compared: [evidence("output", reference.output, reference.command)],
        remedy: "Mend the build; a program that cannot be built again cannot be vouched for.",
      });
    case "built":
      return compared(known, reference);
  }
}

function compared(known: KnownProgram, built: Built): GateAnswer {
  const sums = [
    evidence("sha256", known.sha256, known.file),
    evidence("sha256", built.sha256, built.command),
  ];
  if (known.sha256 === built.sha256) {
    return same("rebuild", {
      message: "The reference build gives the same bytes.",
      compared: sums,
    });
  }
  const info = built.program.buildInfo;
  const differences = info === null ? [] : infoDifferences(known.info, info);
  const [first] = differences;
  if (first !== undefined) {
    return different("rebuild", "error", {
      message: `The reference build gives another program. First difference: ${first.what} is ${first.own} in this one, and ${first.reference} in the reference.`,
      compared: [...sums, ...differences.flatMap((one) => pair(one, known.file, built.command))],
      remedy: first.remedy,
    });
  }
  return byBuildId(known, built, sums);
}

function pair(
  { what, own, reference }: { what: string; own: string; reference: string },
  file: string,
  command: string,
): GateEvidence[] {
  return [evidence(what, own, file), evidence(what, reference, command)];
}

/** Inputs of the link, inputs of the main package, what that was compiled to, the program. */
function byBuildId(known: KnownProgram, built: Built, sums: GateEvidence[]): GateAnswer {
  const [own, reference] = [known.program.buildId, built.program.buildId];
  const where =
    built.difference === null
      ? []
      : [evidence("first byte that differs", offsetText(built), known.file)];
  const all = [
    ...sums,
    evidence("build id", own ?? "(none)", `go tool buildid ${known.file}`),
    evidence("build id", reference ?? "(none)", built.command),
    ...where,
  ];
  if (own !== null && own === reference) {
    return different("rebuild", "error", {
      message:
        "It has the build id of the reference, and other bytes: it was changed after it was linked.",
      compared: all,
      remedy:
        "Ship what go build writes: leave symbols out by -ldflags=-s -w, not by strip, and pack nothing.",
    });
  }
  if (known.info.settings["-trimpath"] !== "true") {
    return open("rebuild", {
      message:
        "It was built without -trimpath, so that the folder it was built in is part of it: from this folder it cannot be compared.",
      compared: all,
      remedy: "Build it with -trimpath, or run the gate in the folder where it was built.",
    });
  }
  const [ownMain, referenceMain] = [own, reference].map((id) => id?.split("/")[1]);
  if (ownMain !== undefined && ownMain === referenceMain) {
    return different("rebuild", "error", {
      message:
        "The same packages, linked otherwise: with other -ldflags, which -trimpath keeps out of the build information.",
      compared: all,
      remedy:
        "Give the flags of the build: hotpod gate … --rebuild -- -ldflags='-s -w'. Where they are given, they are not those.",
    });
  }
  return different("rebuild", "error", {
    message:
      "The same settings, and other sources: the main package, or one that it imports, is not what this was built from.",
    compared: all,
    remedy: "Build it again from these sources, or give the sources that it was built from.",
  });
}

function offsetText({ difference }: Built): string {
  const { offset = 0, section = null } = difference ?? {};
  return section === null ? `${offset}` : `${offset}, in section ${section}`;
}
