import { editCached } from "#lab/chapter-2/builds/go-modules.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import type { GoRepository } from "./go-repository.js";

/** A program that somebody would ship. */
export interface Artefact {
  readonly name: string;
  /** What `hotpod gate` is asked, beside `--source`. */
  readonly args: readonly string[];
  /** The answer that has to find it; null: it is good. */
  readonly wrong: string | null;
  /** To put back what it has changed beside itself. */
  readonly undo?: () => void;
}

type Make = (bench: LabBench, repository: GoRepository) => Promise<Artefact>;

const TRIM = "-trimpath";
const rebuilt = (binary: string): readonly string[] => ["--binary", binary, "--rebuild"];

/** Ten that are not what the checkout's commit gives, or cannot run where they are to run. */
export const WRONG: readonly Make[] = [
  async (_, { clone, build }) => {
    const cwd = await clone("clone-older", "HEAD~1");
    const binary = await build("older-commit", [TRIM], { cwd });
    return { name: "of the commit before", args: rebuilt(binary), wrong: "revision" };
  },
  async ({ files }, { clone, build }) => {
    const cwd = await clone("clone-changed");
    files.append(`${cwd}/word/word.go`, '\nfunc init() { println("a change") }\n');
    const binary = await build("changed-tree", [TRIM], { cwd });
    return { name: "of a changed tree", args: rebuilt(binary), wrong: "modified" };
  },
  async ({ files }, { clone, build }) => {
    const cwd = await clone("clone-unstamped");
    files.append(`${cwd}/word/word.go`, '\nfunc init() { println("a change") }\n');
    const binary = await build("unstamped", [TRIM, "-buildvcs=false"], { cwd });
    return { name: "of a changed tree, without a stamp", args: rebuilt(binary), wrong: "revision" };
  },
  async ({ files, folder }, { build, go, modules, folder: app }) => {
    // Go takes go.sum from beside this file: the checkout stays as it is, and so does the stamp.
    const modfile = `${folder}/other-bytes.mod`;
    files.copy(`${app}/go.mod`, modfile);
    const env = modules.environment(modules.proxy("B"), `${folder}/cache-B`);
    const where = { env: { GOPROXY: env.GOPROXY ?? "", GOMODCACHE: env.GOMODCACHE ?? "" } };
    const tidy = await go(["mod", "tidy", `-modfile=${modfile}`], where);
    if (tidy.code !== 0) throw new Error(`go mod tidy failed: ${tidy.stderr}`);
    const binary = await build("other-bytes", [TRIM, `-modfile=${modfile}`], where);
    return { name: "with other bytes of a module", args: rebuilt(binary), wrong: "modules" };
  },
  async ({ files, folder }, { build, modules, folder: app }) => {
    files.copy(modules.extracted("A"), `${folder}/replacement`);
    const modfile = `${folder}/replaced.mod`;
    const replace = `\nreplace example.com/dep => ${folder}/replacement\n`;
    files.write(modfile, files.read(`${app}/go.mod`) + replace);
    const binary = await build("replaced", [TRIM, `-modfile=${modfile}`]);
    return { name: "with a module from a folder", args: rebuilt(binary), wrong: "replace" };
  },
  async ({ files }, { build, modules }) => {
    const file = `${modules.extracted("A")}/dep.go`;
    const before = files.read(file);
    editCached(files, file, 'package dep\n\nconst Text = "edited"\n');
    const binary = await build("edited-cache", [TRIM]);
    return {
      ...{ name: "with an edited module cache", args: rebuilt(binary), wrong: "verify" },
      undo: () => editCached(files, file, before),
    };
  },
  async (_, { build, image, architectures }) => {
    const env = { GOARCH: architectures.other };
    const binary = await build("other-machine", [TRIM], { env });
    const layout = await image("image-other-machine", binary);
    const args = ["--binary", binary, "--image", layout];
    return { name: "for another machine than its image", args, wrong: "target" };
  },
  async (_, { build, image }) => {
    const binary = await build("needs-loader", [TRIM, "-buildmode=pie"]);
    const layout = await image("image-without-loader", binary);
    const args = ["--binary", binary, "--image", layout];
    return { name: "without its loader in the image", args, wrong: "loader" };
  },
  async ({ files }, { build }) => {
    const binary = await build("changed-file", [TRIM]);
    files.append(binary, "a few bytes more");
    return { name: "changed after it was linked", args: rebuilt(binary), wrong: "rebuild" };
  },
  async (_, { clone, build, image }) => {
    const cwd = await clone("clone-in-image", "HEAD~1");
    const layout = await image("image-of-older", await build("older-in-image", [TRIM], { cwd }));
    const binary = await build("beside-image", [TRIM]);
    const args = ["--binary", binary, "--image", layout];
    return { name: "not the one in the image", args, wrong: "same-file" };
  },
];

const good = (name: string, args: readonly string[]): Artefact => ({ name, args, wrong: null });

/** Ten ways to build the right thing. */
export const GOOD: readonly Make[] = [
  async (_, { build }) => good("-trimpath", rebuilt(await build("good-trimmed", [TRIM]))),
  async (_, { build }) => good("in place, untrimmed", rebuilt(await build("good-plain", []))),
  async (_, { clone, build }) => {
    const cwd = await clone("clone-good");
    return good("in another clone", rebuilt(await build("good-elsewhere", [TRIM], { cwd })));
  },
  async (_, { build }) => {
    const flags = "-ldflags=-s -w";
    const args = [...rebuilt(await build("good-stripped", [TRIM, flags])), "--", flags];
    return good("without symbols", args);
  },
  async (_, { build }) =>
    good("with a build tag", rebuilt(await build("good-tagged", [TRIM, "-tags=extra"]))),
  async (_, { build }) =>
    good("position-independent", rebuilt(await build("good-pie", [TRIM, "-buildmode=pie"]))),
  async ({ files, processes }, { build, folder }) => {
    const binary = await build("good-touched", [TRIM]);
    await processes.run([
      "touch",
      ...files.names(`${folder}/word`).map((one) => `${folder}/word/${one}`),
    ]);
    return good("sources touched meanwhile", rebuilt(binary));
  },
  async ({ files }, { build, folder }) => {
    const inside = `${folder}/api`;
    files.copy(await build("good-inside", [TRIM]), inside);
    return { ...good("put into the checkout", rebuilt(inside)), undo: () => files.remove(inside) };
  },
  async (_, { build, image, architectures: { other: architecture } }) => {
    const binary = await build("good-other", [TRIM], { env: { GOARCH: architecture } });
    const layout = await image("image-other", binary, { architecture });
    return good("for another machine, in its image", ["--binary", binary, "--image", layout]);
  },
  async (_, { build, image }) => {
    const binary = await build("good-in-image", [TRIM]);
    const created = "1970-01-01T00:00:00Z";
    const layout = await image("image-good", binary, { created });
    return good("in a reproducible image", [...rebuilt(binary), "--image", layout]);
  },
];
