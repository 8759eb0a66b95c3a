import type {
  ImpossibleDemand,
  Proof,
  Recommendation,
  RecommendedValue,
  ValueGroup,
} from "#model/life/recommendation.js";
import { printable } from "#report/text/printable.js";
import { wrapItem, wrapText } from "#report/text/wrap-text.js";
import { likelihoodText, originText } from "./life-text.js";

/**
 * Recommended values for a terminal: each with its reason and what it was computed from, what proved them, and the patch as YAML.
 * Whether they may be followed is said first and last.
 */
export function recommendText(
  recommendation: Recommendation,
  patch: string,
  columns: number,
): string {
  const { values, impossible, missing, proof } = recommendation;
  const lines = wrapText(headOf(recommendation), columns);
  lines.push(...impossible.flatMap((one) => ["", ...impossibleLines(one, columns)]));
  if (proof !== null && proof.hazards.length > 0) lines.push("", ...hazardLines(proof, columns));
  const nameColumns = Math.max(0, ...values.map((one) => fieldName(one).length));
  for (const group of GROUPS) {
    const own = values.filter((one) => one.group === group.key);
    if (own.length > 0) lines.push("", group.title);
    for (const one of own) lines.push(...valueLines(one, nameColumns, columns));
  }
  if (missing.length > 0) lines.push("", "Not said, for want of an input");
  for (const { input, unsaid } of missing) {
    lines.push(...wrapText(`${input}: ${unsaid}`, columns, "  "));
  }
  lines.push("", "Patch (kubectl patch --patch-file)", ...patch.trimEnd().split("\n"));
  if (proof !== null) lines.push("", ...wrapText(`Proof: ${proofText(proof)}.`, columns));
  return lines.map(printable).join("\n");
}

const GROUPS: readonly { readonly key: ValueGroup; readonly title: string }[] = [
  { key: "startupProbe", title: "Startup probe" },
  { key: "livenessProbe", title: "Liveness probe" },
  { key: "readinessProbe", title: "Readiness probe" },
  { key: "stop", title: "Stop" },
  { key: "rollout", title: "Roll-out" },
  { key: "memory", title: "Memory" },
  { key: "supervisor", title: "Supervisor" },
];

function headOf({ workload, container, tool, objective, values, proof }: Recommendation): string {
  const { kind, namespace, name } = workload;
  const aim = objective === "safe" ? "as tolerant as is asked for" : "as quick as is safe";
  const changed = values.filter(({ value, current }) => value !== current).length;
  const verdict =
    proof === null
      ? "not simulated"
      : proof.kind === "proved"
        ? "simulated again, no hazard"
        : "✗ REFUTED, do not use them";
  return `${kind} ${namespace}/${name}, container ${container}, reloaded by ${tool}: ${values.length} values, ${changed} of them new, ${aim}; ${verdict}.`;
}

function impossibleLines({ demand, why, rule }: ImpossibleDemand, columns: number): string[] {
  return [
    ...wrapItem("✗", `not possible: ${demand}`, columns, "  "),
    ...wrapText(`${why} [${rule}]`, columns, "    "),
  ];
}

function hazardLines({ hazards }: Proof, columns: number): string[] {
  return hazards.flatMap(({ pod, text, rule, likelihood }) => [
    ...wrapItem("✗", `${pod}: ${text}`, columns, "  "),
    ...wrapText(`${likelihoodText(likelihood)} [${rule}]`, columns, "    "),
  ]);
}

function valueLines(value: RecommendedValue, nameColumns: number, columns: number): string[] {
  const { reason, rule, inputs, slack, alternatives } = value;
  const lines = [
    `  ${fieldName(value).padEnd(nameColumns)}  ${withUnit(value.value, value.unit).padEnd(8)} ${changeText(value)}`,
    ...wrapText(`${reason} [${rule}]`, columns, "    "),
  ];
  const facts = inputs.map((one) => `${one.name} ${one.value} (${one.source})`);
  const origin = [
    ...(facts.length === 0 ? [] : [`from ${facts.join(", ")}`]),
    ...(slack === null ? [] : [`slack ${slackText(slack)}`]),
  ];
  if (origin.length > 0) lines.push(...wrapText(origin.join("; "), columns, "    "));
  for (const { value: other, when } of alternatives) {
    lines.push(...wrapText(`or ${withUnit(other, value.unit)}: ${when}`, columns, "    "));
  }
  return lines;
}

/** As `kubectl explain` names it, below the container and the probe that the heading names. */
function fieldName({ group, path }: RecommendedValue): string {
  const inContainer = path.replace(/^.*(ontainers\[[^\]]*\]|spec)\./, "");
  const probe = `${group}.`;
  return inContainer.startsWith(probe) ? inContainer.slice(probe.length) : inContainer;
}

function changeText({ current, value, unit }: RecommendedValue): string {
  if (current === null) return "not set before";
  return current === value ? "as it is" : `was ${withUnit(current, unit)}`;
}

function withUnit(value: number | string, unit: RecommendedValue["unit"]): string {
  return typeof value === "number" && unit === "s" ? `${value}s` : `${value}`;
}

function slackText({ amount, unit, text }: NonNullable<RecommendedValue["slack"]>): string {
  const size = unit === "s" ? `${amount}s` : `${Math.floor(amount / 2 ** 20)}Mi`;
  return `${size} (${text})`;
}

function proofText({ kind, origin, hazards, runs }: Proof): string {
  const how =
    origin.kind === "exact"
      ? `simulated over every phase (${runs} ${runs === 1 ? "case" : "cases"})`
      : `simulated, ${originText(origin)}`;
  if (kind === "proved") return `${how}: no hazard`;
  const count = hazards.length === 1 ? "1 hazard" : `${hazards.length} hazards`;
  return `${how}: REFUTED by ${count}; do not use these values`;
}
