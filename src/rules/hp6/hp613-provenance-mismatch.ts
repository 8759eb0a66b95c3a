import { rfc3339Seconds } from "#base/rfc3339.js";
import { type BinaryFacts, type ImageFacts, pairs } from "#rules/image/artifacts.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
  together,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const provenanceMismatch: Rule = {
  id: "HP613",
  name: "provenance-mismatch",
  severity: "error",
  reason: "V",
  inputs: "B,(I|G)",
  exports: "none",
  fix: "none",
  title: "The program, the image's labels and the repository disagree.",
  why: "Swapping or shipping it would run something else than what was announced.",
  when: "vcs.revision of the program is another commit than --revision or the image's revision label; vcs.modified is true; its system or architecture is not the image's; the image's label `created` is earlier than the commit. What the program does not say is another rule's matter, and the commit's time is never compared with the build's for equality.",
  remedy: "Build again from a clean checkout of the commit.",
  fires: "vcs.modified=true",
  quiet: "a short and a long hash of one commit; an old label with an equal value.",
  judge: { of: "project", judge: judgeBinaries },
};

function judgeBinaries({ binaries, images, parameters }: Project): Outcome {
  const go = binaries.filter(({ goVersion }) => goVersion !== null);
  if (go.length === 0) return NOT_APPLICABLE;
  return together(
    pairs(go, images).map(({ binary, image }) => judgeOne(binary, image, parameters.revision)),
  );
}

function judgeOne(binary: BinaryFacts, image: ImageFacts | null, head: string | null): Outcome {
  const faults = [
    ...ofRevision(binary, image, head),
    ...(image === null ? [] : [...ofSystem(binary, image), ...ofTime(binary, image)]),
  ];
  if (faults.length > 0) return fails(...faults);
  if (image === null && head === null) {
    return open("I", `--image of ${binary.file}, or --revision: the commit it has to be`);
  }
  return PASS;
}

const REVISION_LABELS = ["org.opencontainers.image.revision", "org.label-schema.vcs-ref"];
const CREATED_LABELS = ["org.opencontainers.image.created", "org.label-schema.build-date"];

function ofRevision(binary: BinaryFacts, image: ImageFacts | null, head: string | null): Fault[] {
  const revision = binary.settings["vcs.revision"];
  const faults: Fault[] = [];
  if (binary.settings["vcs.modified"] === "true") {
    faults.push(
      fault(binary, "was built from a tree with changes that are in no commit", "modified"),
    );
  }
  if (revision === undefined) return faults;
  if (head !== null && !isSame(revision, head)) {
    faults.push(fault(binary, `was built from ${revision}, and not from ${head}`, "revision"));
  }
  for (const name of REVISION_LABELS) {
    const label = image?.labels[name];
    if (label === undefined || label === "" || isSame(revision, label)) continue;
    faults.push(
      fault(binary, `was built from ${revision}, and the image's label says ${label}`, name),
    );
  }
  return faults;
}

function ofSystem({ settings, ...binary }: BinaryFacts, image: ImageFacts): Fault[] {
  const faults: Fault[] = [];
  for (const [name, own, theirs] of [
    ["GOOS", settings.GOOS, image.os],
    ["GOARCH", settings.GOARCH, image.architecture],
  ] as const) {
    if (own === undefined || theirs === null || own === theirs) continue;
    faults.push(fault({ ...binary, settings }, `is for ${own}, and the image for ${theirs}`, name));
  }
  return faults;
}

function ofTime(binary: BinaryFacts, { labels }: ImageFacts): Fault[] {
  const commit = rfc3339Seconds(binary.settings["vcs.time"] ?? "");
  const created = CREATED_LABELS.map((name) => rfc3339Seconds(labels[name] ?? "")).find(
    (one) => one !== null,
  );
  if (commit === null || created === undefined || created === null || created >= commit) return [];
  return [
    fault(binary, "holds a commit that is newer than the image says it was created", "created"),
  ];
}

/** Short and long hashes of one commit. */
function isSame(a: string, b: string): boolean {
  const [short, long] = [a, b]
    .map((one) => one.trim().toLowerCase())
    .sort((x, y) => x.length - y.length);
  return short !== undefined && long !== undefined && short.length >= 7 && long.startsWith(short);
}

function fault({ file }: BinaryFacts, what: string, evidence: string): Fault {
  return {
    severity: "error",
    at: { kind: "said", by: `--binary ${file}` },
    message: `${"`"}${file}${"`"} ${what}.`,
    evidence: `${file} ${evidence}`,
  };
}
