import { problemSource } from "#rules/pod/setting-source.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const unknownSetting: Rule = {
  id: "HP1304",
  name: "unknown-setting",
  severity: "error",
  reason: "B",
  inputs: "H|R",
  exports: "none",
  fix: "none",
  title: "A setting is not known, or its value does not read.",
  why: "hotpod refuses to start with a setting it does not know, so that a typing error is not a default in disguise. Reload tools ignore unknown keys silently.",
  when: "`hotpod run` would refuse the flags, the variables HOTPOD_* or hotpod.yaml of a container, or would warn of them.",
  remedy:
    "Correct the key or the value; hotpod run --explain shows all settings and where each comes from.",
  fires: "HOTPOD_GRACE: 30 seconds; a key debounse in hotpod.yaml.",
  quiet: "keys under x-*.",
  judge: { of: "container", judge: judgeSettings },
};

function judgeSettings(subject: ContainerSubject): Outcome {
  const { hotpod, reload } = subject;
  if (hotpod === null && reload === null) return NOT_APPLICABLE;
  const problems = hotpod?.problems ?? reload?.problems ?? [];
  const faults = problems.map(({ where, what, hint }) => ({
    severity: "error" as const,
    at: problemSource(subject, where),
    message: sentence(`${where}: ${what}`),
    remedy: hint,
    evidence: what,
  }));
  const warnings = (hotpod?.warnings ?? []).map((warning) => ({
    severity: "warning" as const,
    at: problemSource(subject, warning),
    message: sentence(warning),
    evidence: warning,
  }));
  return faults.length + warnings.length === 0 ? PASS : fails(...faults, ...warnings);
}

/** In our form: a capital first, or a name in quotes, and a full stop. */
function sentence(text: string): string {
  const head = /^[A-Z0-9`]/.test(text) ? text : `Not understood: ${text}`;
  return /[.?]$/.test(head) ? head.replace(/\?$/, ".") : `${head}.`;
}
