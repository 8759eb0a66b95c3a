import type { CommandContext } from "#cli/command-line.js";
import { asksForJson, formatted, parse } from "#cli/run-options.js";
import { WIDTH } from "#cli/simulate/forms/render-reports.js";
import { explainText, ruleList } from "#report/check/rule-texts.js";
import { chosenRules } from "./check.js";
import { ruleEntry } from "./rule-entry.js";

/** `hotpod check explain HP201 …` and `hotpod check list`. */
export async function ruleCommand({ argv, out }: CommandContext): Promise<number> {
  const [form, ...rest] = argv;
  const parser = formatted(`check ${form}`).allowExcessArguments(true);
  parse(parser, rest);
  const rules = chosenRules(form === "list" ? [] : parser.args).map(ruleEntry);
  if (asksForJson(parser)) await out.data(JSON.stringify(rules, null, 2));
  else if (form === "list") await out.data(ruleList(rules));
  else await out.data(rules.map((rule) => explainText(rule, WIDTH)).join("\n\n"));
  await out.drained();
  return 0;
}
