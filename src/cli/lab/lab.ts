import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { SCENARIOS } from "#lab/catalogue.js";
import { rightsText } from "#lab/cluster/rights.js";
import type { Scenario } from "#lab/scenario.js";
import { selectScenarios } from "#lab/select.js";
import { labHelp } from "./lab-help.js";
import { type LabOptions, readLabOptions } from "./lab-options.js";
import { runLab } from "./run-lab.js";
import { listText, showText } from "./scenario-text.js";

/**
 * `hotpod lab`: 0 everything came out as predicted, 1 something did not, 2 misuse, 3 nothing could be run.
 */
export async function labCommand({ argv, out, err }: CommandContext): Promise<number> {
  const options = readLabOptions(argv);
  if (options.help) {
    out.write(labHelp());
    return 0;
  }
  if (options.rbac !== null) {
    await out.data(rightsText(options.rbac.namespace));
    await out.drained();
    return 0;
  }
  switch (options.action) {
    case "list":
      await out.data(listText(chosen(options)));
      await out.drained();
      return 0;
    case "show":
      if (options.words.length === 0) throw nothingNamed();
      await out.data(chosen(options).map(showText).join("\n\n"));
      await out.drained();
      return 0;
    case "run":
      return runLab(chosen(options), options, out, err);
    case "self":
      return (await import("./self-test.js")).selfTest(options, out);
    case "compare":
      return (await import("./compare-labs.js")).compareLabs(options.words, out);
  }
}

function chosen({ words, set }: LabOptions): readonly Scenario[] {
  const found = selectScenarios(SCENARIOS, words, set);
  if (found.ok) return found.value;
  const { word, near } = found.error;
  throw new UserError({
    code: "unknown-scenario",
    message: `"${word}" is no scenario, chapter or tag`,
    hint:
      near === null
        ? "hotpod lab list names them all. Chapters are chosen by chapter:1, tags by tag:files."
        : `Did you mean ${near}? hotpod lab list names them all.`,
  });
}

function nothingNamed(): UserError {
  return new UserError({
    code: "no-scenario",
    message: "show needs to know which scenario",
    hint: "Name one: hotpod lab show L101. hotpod lab list names them all.",
  });
}
