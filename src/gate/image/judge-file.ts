import { different, evidence, same } from "#gate/answer.js";
import type { BinaryFacts } from "#gate/facts.js";
import type { GateAnswer } from "#model/gate-report.js";
import type { GateImage, ImageFacts, ProgramInImage } from "./image-facts.js";

/** Whether the image was whole, holds the program, the same one, and may start it. */
export function judgeFile(binary: BinaryFacts, { file, isBeside, read }: GateImage): GateAnswer[] {
  if (!read.ok) {
    return [
      different("image", "error", {
        message: `${file} cannot be read: ${read.error}.`,
        compared: [evidence("image", read.error, file)],
        remedy:
          "Save the image again: an OCI layout (folder or .tar) or docker save, with layers plain or packed with gzip.",
      }),
    ];
  }
  const { program } = read.value;
  if (program === null) return [missing(binary, file, read.value)];
  return [...(isBeside ? [ofBytes(binary, file, program)] : []), ofMode(file, program)];
}

function missing(binary: BinaryFacts, image: string, facts: ImageFacts): GateAnswer {
  const { path, pathFrom, paths } = facts;
  const name = binary.file.slice(binary.file.lastIndexOf("/") + 1);
  const others = [...paths]
    .filter(([one, { kind }]) => kind === "file" && one.endsWith(`/${name}`))
    .map(([one]) => one)
    .slice(0, OTHERS_MAX);
  const hint = others.length === 0 ? "" : ` A file of that name is at ${others.join(", ")}.`;
  return different("same-file", "error", {
    message: `${image} has no file ${path}, which ${pathFrom} names.${hint}`,
    compared: [evidence("path", path, pathFrom)],
    remedy: "Name the program in the image, --path /app/api; or build the image again.",
  });
}

const OTHERS_MAX = 3;

function ofBytes(binary: BinaryFacts, image: string, program: ProgramInImage): GateAnswer {
  const from = `${image}, ${program.path} in ${program.layer}`;
  const compared = [
    evidence("sha256", binary.sha256, binary.file),
    evidence("sha256", program.sha256, from),
  ];
  if (binary.sha256 === program.sha256) {
    return same("same-file", { message: `${program.path} is this program.`, compared });
  }
  return different("same-file", "error", {
    message: `${program.path} in the image is another file than ${binary.file}.`,
    compared,
    remedy: "Build the image again with this program; a layer from a cache may hold an older one.",
  });
}

function ofMode(image: string, { path, mode }: ProgramInImage): GateAnswer {
  const compared = [evidence("mode", `0${(mode & 0o7777).toString(8)}`, `${image}, ${path}`)];
  if ((mode & 0o111) === 0o111) {
    return same("executable", { message: "Everybody may execute it.", compared });
  }
  const nobody = (mode & 0o111) === 0;
  return different("executable", nobody ? "error" : "warning", {
    message: nobody
      ? `Nobody may execute ${path}: permission denied.`
      : `Not everybody may execute ${path}: a container that runs as another user cannot.`,
    compared,
    remedy: "COPY --chmod=755, or chmod 755 before the image is built.",
  });
}
