import { goModOf } from "#rules/go/go-project.js";
import { folderOf, modulesOf } from "#rules/image/go-mod.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { type Answer, earns, unknownFor } from "./answer.js";
import type { GroupInputs } from "./group-inputs.js";

/** Every module that go.mod requires has both its sums in go.sum, so that a build takes what was committed or nothing. */
export const sumsComplete = (workload: WorkloadSubject, { goSums }: GroupInputs): Answer => {
  const mod = goModOf(workload);
  if (mod === null) return unknownFor({ input: "G", say: "go.mod and go.sum among the files" });
  const wanted = modulesOf(mod.text);
  const sum = goSums.find(({ file }) => folderOf(file) === folderOf(mod.file));
  if (sum === undefined) {
    if (wanted.length === 0) return earns(true, none(mod.file));
    return unknownFor({ input: "G", say: `go.sum beside ${mod.file}` });
  }
  const known = new Set(
    sum.text.split("\n").flatMap((line) => {
      const [path, version, hash] = line.trim().split(/\s+/);
      return hash?.startsWith("h1:") === true ? [`${path} ${version}`] : [];
    }),
  );
  const lacking = wanted.filter((module) => !known.has(module) || !known.has(`${module}/go.mod`));
  const [first] = lacking;
  return earns(
    lacking.length === 0,
    { name: "required", value: String(wanted.length), source: mod.file },
    {
      name: "without a sum",
      value: first === undefined ? "0" : `${lacking.length}, first ${first}`,
      source: sum.file,
    },
  );
};

const none = (source: string) => ({ name: "required", value: "0", source });
