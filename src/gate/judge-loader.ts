import type { GateAnswer } from "#model/gate-report.js";
import { evidence, told } from "./answer.js";
import type { KnownProgram } from "./judge-program.js";

/** CGO_ENABLED is reported and decides nothing: with 1 a program may be static, and -buildmode=pie asks for a loader with 0. */
export function judgeLoader({ file, program, info }: KnownProgram): GateAnswer {
  const { interpreter, needed } = program;
  const compared = [
    evidence("PT_INTERP", interpreter ?? "(none)", `ELF header of ${file}`),
    ...needed.map((name) => evidence("DT_NEEDED", name, `dynamic section of ${file}`)),
    evidence(
      "CGO_ENABLED",
      info.settings.CGO_ENABLED ?? "(absent)",
      `build information of ${file}`,
    ),
  ];
  const message =
    interpreter === null
      ? "It asks for no loader: it is linked statically, and runs on an empty image."
      : `It is started by ${interpreter}${needed.length === 0 ? "" : `, and needs ${needed.join(", ")}`}: with --image it is seen whether they are there.`;
  return told("loader", { message, compared });
}
