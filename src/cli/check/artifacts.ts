import { UserError } from "#base/user-error.js";
import { type BinaryProblem, readBinary } from "#edge/images/read-binary.js";
import { readImage } from "#edge/images/read-image.js";
import { GO_NAMES } from "#gobinary/go-architecture.js";
import type { BinaryFacts, ImageFacts } from "#rules/image/artifacts.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { InputOptions } from "./check-options.js";

/** What is no text: programs and images. */
export interface Artifacts {
  readonly binaries: readonly BinaryFacts[];
  readonly images: readonly ImageFacts[];
}

export const NO_ARTIFACTS: Artifacts = { binaries: [], images: [] };

export async function readArtifacts(options: InputOptions): Promise<Artifacts> {
  const binaries = options.binaries.map(binaryFacts);
  const [first] = binaries;
  const architecture = first?.settings.GOARCH ?? GO_NAMES[first?.machine ?? ""] ?? "amd64";
  const images: ImageFacts[] = [];
  for (const one of options.images) images.push(await imageFacts(one, architecture));
  return { binaries, images };
}

function binaryFacts(given: string): BinaryFacts {
  const { path, service } = named(given);
  const read = readBinary(path);
  if (read.ok) {
    const { machine, interpreter, needed, buildInfo } = read.value;
    const goVersion = buildInfo?.goVersion ?? null;
    const settings = buildInfo?.settings ?? {};
    return { file: path, service, machine, interpreter, needed, goVersion, settings };
  }
  throw new UserError({
    code: "unreadable-binary",
    message: `--binary ${path}: ${binaryProblemText(read.error)}`,
    hint: "Name the program itself, as it is in the image: an ELF file.",
  });
}

async function imageFacts(given: string, wanted: string): Promise<ImageFacts> {
  const { path, service } = named(given);
  const read = await readImage(path, wanted);
  if (!read.ok) {
    throw new UserError({
      code: "unreadable-image",
      message: `--image ${path}: ${read.error}`,
      hint: "Name an OCI layout (a folder or .tar), the archive of docker save, or a configuration as .json.",
    });
  }
  const { config, names, architectures, paths } = read.value;
  const { Labels, Entrypoint, Cmd, Env, WorkingDir, StopSignal } = fieldsOf(config.config);
  const labels = Object.entries(fieldsOf(Labels)).map(([key, value]) => [key, String(value)]);
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return {
    file: path,
    service,
    names,
    architectures,
    entrypoint: words(Entrypoint),
    cmd: words(Cmd),
    env: new Map((words(Env) ?? []).map(assignment)),
    workdir: text(WorkingDir),
    stopSignal: text(StopSignal),
    os: text(config.os),
    architecture: text(config.architecture),
    labels: Object.fromEntries(labels) as Record<string, string>,
    created: text(config.created),
    paths,
  };
}

function binaryProblemText(problem: BinaryProblem): string {
  switch (problem.kind) {
    case "unreadable":
      return problem.reason;
    case "not-elf":
      return `it is ${problem.format ?? "no ELF program"}`;
    case "incomplete":
    case "malformed":
      return problem.detail;
  }
}

const words = (value: unknown): string[] | null =>
  Array.isArray(value) && value.length > 0 ? value.map(String) : null;

function assignment(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** `PATH=SERVICE`; a path may hold an equals sign of its own where a file is so called. */
function named(given: string): { path: string; service: string | null } {
  const at = given.lastIndexOf("=");
  if (at < 1 || given.includes("/", at)) return { path: given, service: null };
  return { path: given.slice(0, at), service: given.slice(at + 1) };
}
