import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { imageReference } from "#manifest/dockerfile/image-reference.js";
import type { DockerInstruction } from "#manifest/dockerfile/read-dockerfile.js";
import { folderOf } from "#rules/image/go-mod.js";
import type { Missing } from "#rules/rule/outcome.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { ABSENT, type Answer, earns, unknownFor, worstOf } from "./answer.js";
import type { GroupInputs } from "./group-inputs.js";

export const NO_DOCKERFILE: Missing = {
  input: "D",
  say: "the container's Dockerfile: annotation hotpod.dev/dockerfile, or --assume-single",
};

/** The images of its containers; the worst counts. Of others than the hot ones those whose Dockerfiles are known. */
function ofImages(workload: WorkloadSubject, of: (image: FinalImage) => Answer): Answer {
  const answers = workload.running.flatMap(({ image, isHot }) => {
    // Several services may be built from one Dockerfile.
    if (image !== null)
      return [{ at: { kind: "text" as const, region: image.baseRegion }, ...of(image) }];
    return isHot ? [unknownFor(NO_DOCKERFILE)] : [];
  });
  return worstOf(answers);
}

const TOOLCHAIN = /^(golang|rust|gcc|maven|gradle|buildpack-deps|swift|dart|haskell)$/;
const INSTALLS =
  /\b(?:apk\s+(?:\S+\s+)*?add|apt(?:-get)?\s+(?:\S+\s+)*?install|dnf\s+(?:\S+\s+)*?install|yum\s+(?:\S+\s+)*?install)\s[^;&|]*?\s(?:go|golang\S*|gcc|g\+\+|build-base|build-essential|clang|cargo|rust)(?=\s|$)/;

export const withoutToolchain = (workload: WorkloadSubject): Answer =>
  ofImages(workload, ({ base, instructions }) => {
    if (base === null) return unknownFor({ input: "D", say: "a value for the base's build ARG" });
    const figure = { name: "base", value: base, source: "the final stage" };
    if (TOOLCHAIN.test(imageReference(base).name)) return earns(false, figure);
    const installs = instructions.find(
      ({ keyword, text }) => keyword === "RUN" && INSTALLS.test(text.slice(0, 8_192)),
    );
    if (installs === undefined) return earns(true, figure);
    const source = `line ${installs.region.line}`;
    return earns(false, figure, { name: "installs", value: "a toolchain", source });
  });

/** A digest names one image for ever; a tag with a minor version moves within it. */
export const pinnedBase = (workload: WorkloadSubject): Answer =>
  ofImages(workload, ({ base }) => {
    if (base === null) return unknownFor({ input: "D", say: "a value for the base's build ARG" });
    if (base === "scratch") return ABSENT;
    const { tag, digest } = imageReference(base);
    const figure = { name: "base", value: base, source: "the final stage" };
    if (digest !== null) return earns(tag === null ? 0.5 : 1, figure);
    return earns(/^v?\d+\.\d+/.test(tag ?? "") ? 0.5 : 0, figure);
  });

/** Modules are downloaded in a layer of their own, so that a change of sources does not fetch them again. */
export const moduleLayers = (workload: WorkloadSubject): Answer =>
  ofImages(workload, ({ stages }) => {
    const builds = stages.filter(({ instructions }) =>
      instructions.some(({ keyword, text }) => keyword === "RUN" && /\bgo\s+build\b/.test(text)),
    );
    const all = builds.map(({ instructions }) => layersOf(instructions));
    return all.length === 0 ? ABSENT : worstOf(all);
  });

/** Of COPY and ADD: everything but the last word. */
const sourcesOf = (text: string): string[] => text.trim().split(/\s+/).slice(0, -1);

function layersOf(instructions: readonly DockerInstruction[]): Answer {
  const runs = instructions.filter(({ keyword }) => keyword === "RUN");
  const texts = runs.map(({ text }) => text);
  if (texts.some((text) => /-mod[= ]vendor\b/.test(text))) return ABSENT;
  const copies = instructions.filter(({ keyword }) => keyword === "COPY" || keyword === "ADD");
  const place = (found: DockerInstruction | undefined): number =>
    found === undefined ? Number.POSITIVE_INFINITY : instructions.indexOf(found);
  const sources = place(
    copies.find(({ text }) => sourcesOf(text).some((one) => /^\.\/?$/.test(one))),
  );
  const modules = place(copies.find(({ text }) => /\bgo\.(mod|work)\b/.test(text)));
  const downloads = place(runs.find(({ text }) => /\bgo\s+mod\s+download\b/.test(text)));
  const cached = runs.some(({ flags }) =>
    flags.some((flag) => /^--mount=\S*type=cache\S*\/pkg\/mod/.test(flag)),
  );
  const figure = (name: string, at: number) => ({
    name,
    value: Number.isFinite(at) ? `line ${instructions[at]?.region.line ?? 0}` : "nowhere",
    source: "the stage that builds",
  });
  const inOrder = modules < downloads && downloads < sources;
  return earns(
    inOrder || (cached && modules < sources),
    figure("COPY go.mod", modules),
    figure("go mod download", downloads),
    figure("COPY .", sources),
  );
}

/** 65532 of distroless' nonroot is a number too. */
export const numericUser = (workload: WorkloadSubject): Answer =>
  ofImages(workload, ({ base, instructions }) => {
    const last = instructions.findLast(({ keyword }) => keyword === "USER");
    if (last !== undefined) {
      const user = last.text.trim().split(":")[0] ?? "";
      const source = `line ${last.region.line}`;
      if (user.includes("$")) return unknownFor({ input: "D", say: "a value for USER's ARG" });
      return earns(/^\d+$/.test(user), { name: "USER", value: user, source });
    }
    const reference = imageReference(base ?? "");
    const brings = reference.repository.includes("distroless") && reference.tag === "nonroot";
    return earns(brings, { name: "USER", value: brings ? "65532" : "none", source: base ?? "" });
  });

/** What a build must not send: what builds leave behind. The commit's stamp needs .git. */
export const ignoresOutputs = (workload: WorkloadSubject, { dockerIgnores }: GroupInputs): Answer =>
  ofImages(workload, ({ file, stages }) => {
    const beside = dockerIgnores.find(
      (one) => one.file === `${file}.dockerignore` || folderOf(one.file) === folderOf(file),
    );
    if (beside === undefined) {
      return unknownFor({ input: "D", say: "the .dockerignore beside the Dockerfile" });
    }
    const lines = beside.text.split("\n").map((line) => line.trim());
    const drops = (name: string): boolean =>
      lines.some(
        (line) => line === "*" || new RegExp(`^/?(\\*\\*/)?${name}(/|/?\\*\\*?)?$`).test(line),
      );
    const stamped = stages.some(({ instructions }) =>
      instructions.some(
        ({ keyword, text }) =>
          keyword === "RUN" && /\bgo\s+build\b/.test(text) && !/-buildvcs=(false|0)/.test(text),
      ),
    );
    const keepsGit = !drops("\\.git") || lines.some((line) => /^!\/?\.git\b/.test(line));
    const has = (name: string, yes: boolean) => ({
      name,
      value: yes ? "dropped" : "sent",
      source: beside.file,
    });
    return earns(
      drops("tmp") && drops("bin") && (keepsGit || !stamped),
      has("tmp", drops("tmp")),
      has("bin", drops("bin")),
      has(".git", !keepsGit),
    );
  });
