import { Option } from "commander";
import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { asksForHelp, formatted, parse } from "#cli/run-options.js";
import { writeReport } from "#cli/simulate/forms/render-reports.js";
import { makeFolder } from "#edge/make-folder.js";
import { type Action, EXPORTED, type ExportedRule } from "#policy/exported.js";
import { exportedFiles, FORMS, type Form, type PolicyFile } from "#policy/forms/forms.js";
import { chosenRules } from "./check.js";

/** `hotpod check export FORM`: the rules that an API server can decide, as policies of another engine. */
export async function exportCommand({ argv, out, err }: CommandContext): Promise<number> {
  const parser = formatted("check export")
    .allowExcessArguments(true)
    .option("--out <folder>")
    .option("--rule <ids>")
    .option("--custom-resources")
    .addOption(new Option("--action <deny|warn|audit>").choices(["deny", "warn", "audit"]));
  parse(parser, argv);
  if (asksForHelp(parser) || parser.args.length === 0) {
    out.write(EXPORT_HELP);
    return asksForHelp(parser) ? 0 : 2;
  }
  const form = formOf(parser.args);
  const given = parser.opts<{
    out?: string;
    rule?: string;
    action?: Action;
    customResources?: true;
  }>();
  const { files, leftOut } = exportedFiles(form, exportedRules(given.rule ?? null), {
    action: given.action ?? null,
    customResources: given.customResources === true,
  });
  if (given.out === undefined) await out.data(asStream(form, files));
  else {
    writeFiles(given.out, files);
    out.write(`wrote ${files.length} files to ${given.out}`);
  }
  for (const { rule, why } of leftOut) err.write(`left out ${rule}: ${why}`);
  await out.drained();
  return 0;
}

function formOf([asked = "", stray]: readonly string[]): Form {
  const form = FORMS.find((one) => one === asked);
  if (form !== undefined && stray === undefined) return form;
  const near = nearest(asked, FORMS);
  throw new UserError({
    code: "unknown-form",
    message:
      form === undefined
        ? `rules are not exported as "${asked}"`
        : `"${stray}" is one form too many`,
    hint:
      near === null || form !== undefined
        ? `It is one of ${FORMS.join(", ")}.`
        : `Did you mean ${near}?`,
  });
}

function exportedRules(asked: string | null): readonly ExportedRule[] {
  if (asked === null) return EXPORTED;
  return chosenRules(asked.split(",")).map((rule) => {
    const found = EXPORTED.find((one) => one.rule.id === rule.id);
    if (found !== undefined) return found;
    throw new UserError({
      code: "not-exported",
      message: `${rule.id} cannot be decided by an API server: it needs ${rule.inputs}`,
      hint: "hotpod check list says which rules are exported.",
    });
  });
}

/** YAML goes on as a stream; a folder of Rego does not. */
function asStream(form: Form, files: readonly PolicyFile[]): string {
  if (form !== "conftest")
    return files
      .map(({ text }) => text)
      .join("---\n")
      .trimEnd();
  throw new UserError({
    code: "needs-folder",
    message: "policies for conftest are several files",
    hint: "Name a folder: hotpod check export conftest --out policy",
  });
}

function writeFiles(folder: string, files: readonly PolicyFile[]): void {
  for (const { name, text } of files) {
    const path = `${folder}/${name}`;
    try {
      makeFolder(path.slice(0, path.lastIndexOf("/")));
    } catch (error) {
      throw new UserError({
        code: "unwritable-output",
        message: `${folder} cannot be made: ${(error as NodeJS.ErrnoException).code}`,
        hint: "Name a folder that this user may make and write to.",
      });
    }
    writeReport(path, text);
  }
}

const EXPORT_HELP = `The rules that an API server can decide from an object alone, as policies of another engine.

  hotpod check export admission-policy     ValidatingAdmissionPolicy and its binding (Kubernetes from 1.30 on)
  hotpod check export kyverno              Kyverno ClusterPolicy, with the same CEL
  hotpod check export gatekeeper           Gatekeeper ConstraintTemplate and constraint
  hotpod check export conftest --out DIR   Rego for conftest and OPA

  --out FOLDER               a file a rule; without it one YAML stream
  --rule HP201[,HP210]       only these
  --action deny|warn|audit   for all of them; else an error denies, a warning warns, an info is audited
  --custom-resources         Kyverno: match Argo Rollouts and Knative Services, where the cluster has them

What a policy sees less than hotpod check does is in docs/policies.md.`;
