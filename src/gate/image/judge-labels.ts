import { different, evidence, same } from "#gate/answer.js";
import { isSameCommit } from "#gate/judge-commit.js";
import type { KnownProgram } from "#gate/judge-program.js";
import type { GateAnswer } from "#model/gate-report.js";
import type { ImageFacts } from "./image-facts.js";

const REVISION_LABELS = ["org.opencontainers.image.revision", "org.label-schema.vcs-ref"];
const GO_LABEL = "go.version";

/** What the image's labels say of the program, beside what the program says of itself. Labels that are not there say nothing. */
export function judgeLabels(known: KnownProgram, image: string, facts: ImageFacts): GateAnswer[] {
  const { goVersion, settings } = known.info;
  const revision = settings["vcs.revision"];
  const pairs = [
    ...REVISION_LABELS.map((name) => ({ name, own: revision, agree: isSameCommit })),
    { name: GO_LABEL, own: goVersion, agree: isSameGo },
  ];
  const answers = pairs.flatMap(({ name, own, agree }): GateAnswer[] => {
    const label = facts.labels[name];
    if (label === undefined || label === "" || own === undefined) return [];
    const compared = [
      evidence("program", own, `build information of ${known.file}`),
      evidence(name, label, `label of ${image}`),
    ];
    if (agree(own, label)) return [];
    return [
      different("labels", "error", {
        message: `The image's label ${name} says ${label}, and the program was built with ${own}.`,
        compared,
        remedy: "Make the label of what the program says: go version -m FILE; or build both again.",
      }),
    ];
  });
  const there = pairs.filter(({ name }) => facts.labels[name] !== undefined);
  if (answers.length > 0 || there.length === 0) return answers;
  const names = there.map(({ name }) =>
    evidence(name, facts.labels[name] ?? "", `label of ${image}`),
  );
  return [same("labels", { message: "Its labels say what the program says.", compared: names })];
}

/** `go1.26.8`, `1.26.8`, and `1.26` for every patch level of it. */
function isSameGo(own: string, label: string): boolean {
  const [a, b] = [own, label].map((one) => one.trim().replace(/^go/, "").split(/\s/)[0] ?? "");
  return a === b || (/^\d+\.\d+$/.test(b ?? "") && (a ?? "").startsWith(`${b}.`));
}
