import { lineSource, type Source } from "#manifest/text/source.js";
import { folderOf, modulesOf } from "#rules/image/go-mod.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { scriptLines } from "#rules/script/script-lines.js";
import type { ConfigText, Project } from "#rules/subject/project.js";

export const buildMayChangeModules: Rule = {
  id: "HP604",
  name: "build-may-change-modules",
  severity: "error",
  reason: "V",
  lessInDev: true,
  inputs: "(D|R|S|W),G",
  exports: "none",
  fix: "none",
  title: "The build may pick other module versions than the ones committed.",
  why: "go.sum pins what is built; -mod=mod lets the build write another go.mod and go.sum, and go get and go mod tidy choose anew. Two generations of one pod may then differ in their dependencies.",
  when: "-mod=mod in GOFLAGS or a build, or go get or go mod tidy, in a Dockerfile, a container's variables or the command of a reload tool or of a pipeline. Or, of a module given with --source: no go.sum although go.mod requires modules, or a vendor folder that holds other versions.",
  remedy:
    "Leave -mod at readonly, which is the default, or use -mod=vendor; go mod download and go install tool@v1.2.3 change nothing.",
  fires: "ENV GOFLAGS=-mod=mod",
  quiet: "go mod download; go install tool@v1.2.3.",
  judge: { of: "project", judge: judgeBuilds },
};

const CHANGES = /(-mod[= ]mod)\b|\b(go\s+get|go\s+mod\s+tidy)\b/;

function judgeBuilds(project: Project): Outcome {
  const texts = [...dockerTexts(project), ...containerTexts(project)];
  const modules = project.goMods.flatMap((mod) => judgeModule(project, mod));
  const builds = project.scripts
    .flatMap(scriptLines)
    .filter(({ text }) => /\bgo\s+(build|install|run)\b|\bGOFLAGS\b/.test(text));
  if (texts.length + project.goMods.length + project.scripts.length === 0) return NOT_APPLICABLE;
  const faults = texts.flatMap(({ text, at }) => {
    const found = CHANGES.exec(text.slice(0, 65_536));
    const what = found?.[1] ?? found?.[2];
    if (what === undefined) return [];
    return [faultOf(at, what)];
  });
  const inScripts = builds.flatMap(({ text, at }) =>
    /-mod[= ]mod\b/.test(text) ? [faultOf(at, "-mod=mod")] : [],
  );
  const all = [...faults, ...inScripts, ...modules];
  return all.length === 0 ? PASS : fails(...all);
}

const faultOf = (at: Source, what: string): Fault => ({
  severity: "error",
  at,
  message: `With ${what} the build may take other modules than go.sum names.`,
  evidence: what,
});

/** Of a module whose folder is given as a whole: a go.sum that is missing, a vendor folder of other versions. */
function judgeModule({ goSums, goVendors, goSources }: Project, mod: ConfigText): Fault[] {
  const folder = folderOf(mod.file);
  const required = modulesOf(mod.text);
  const beside = (files: readonly ConfigText[], name: string): ConfigText | undefined =>
    files.find(({ file }) => file === (folder === "" ? name : `${folder}/${name}`));
  const isWhole = goSources.some(({ file }) => folder === "" || file.startsWith(`${folder}/`));
  if (!isWhole || required.length === 0) return [];
  const at = lineSource(mod.file, 1, mod.text.split("\n")[0]);
  const vendor = beside(goVendors, "vendor/modules.txt");
  if (vendor !== undefined) {
    const held = vendored(vendor.text);
    const other = required.find((one) => !held.has(one));
    if (other === undefined) return [];
    const message = `The vendor folder does not hold ${other} as go.mod names it, so the build will stop.`;
    return [{ severity: "error", at, message, evidence: "vendor" }];
  }
  if (beside(goSums, "go.sum") !== undefined) return [];
  const message = "There is no go.sum beside it, so nothing pins what the build takes.";
  return [{ severity: "error", at, message, evidence: "go.sum" }];
}

function dockerTexts({ dockerfiles }: Project): { text: string; at: Source }[] {
  return dockerfiles.flatMap(({ stages }) =>
    stages.flatMap(({ instructions }) =>
      instructions
        .filter(({ keyword }) => keyword === "RUN" || keyword === "ENV")
        .map(({ text, region }) => ({ text, at: { kind: "text" as const, region } })),
    ),
  );
}

function containerTexts({ workloads }: Project): { text: string; at: Source }[] {
  return workloads
    .flatMap(({ running }) => running)
    .flatMap((subject) => [
      ...subject.container.env.flatMap(({ name, value }, index) =>
        name === "GOFLAGS" && value !== null
          ? [{ text: value, at: subject.at("env", index, "value") }]
          : [],
      ),
      ...(subject.reload !== null && subject.container.command !== null
        ? [{ text: subject.reload.argv.join(" "), at: subject.at("command") }]
        : []),
    ]);
}

const VENDORED = /^# (\S+)(?: (v\S+))?(?: => (\S+)(?: (v\S+))?)?\n## explicit/gm;

/** `path version` of what go.mod names, as `replace` leaves it. */
function vendored(text: string): ReadonlySet<string> {
  const found = [...text.matchAll(VENDORED)].map(([, path, version, by, to]) =>
    to === undefined ? `${path} ${version}` : `${by} ${to}`,
  );
  return new Set(found);
}
