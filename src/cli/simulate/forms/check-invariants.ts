import type { CommandContext } from "#cli/command-line.js";
import { asksForHelp, asksForJson, formatted, parse } from "#cli/run-options.js";
import { count } from "#cli/simulate/option-values.js";
import { monotonicNow } from "#edge/clock.js";
import {
  examineCase,
  type Finding,
  type Subject,
  simplestCase,
} from "#simulate/properties/examine-case.js";
import { findingLine, findingText } from "./finding-text.js";
import { subjectOf } from "./subject-of.js";

const CASES = 3_000;
const CASES_MAX = 10_000_000;
const SEED_MAX = 2 ** 32 - 1;
/** Of a long run: often enough to see that it goes on. */
const PROGRESS_MS = 5_000;

/** What was broken: in how many cases, and in which first. */
type Found = Map<string, { readonly first: number; cases: number }>;

interface Examined {
  readonly subject: Subject;
  readonly cases: number;
  readonly first: number;
  readonly found: Found;
}

/** `hotpod simulate check-invariants`: 0 every case keeps every rule, 1 one does not, 2 bad input. */
export async function checkInvariantsCommand({ argv, out, err }: CommandContext): Promise<number> {
  const parser = formatted("simulate check-invariants")
    .allowExcessArguments(false)
    .option("--cases <n>")
    .option("--seed <n>")
    .option("--tool <name>")
    .option("--defect <name>");
  parse(parser, argv);
  if (asksForHelp(parser)) {
    out.write(CHECK_INVARIANTS_HELP);
    return 0;
  }
  const given = parser.opts<{ [flag in "cases" | "seed" | "tool" | "defect"]?: string }>();
  const cases = count("--cases", given.cases, CASES_MAX, CASES);
  const first = count("--seed", given.seed, SEED_MAX, 1);
  const subject = subjectOf(given.tool ?? "hotpod", given.defect, "--tool");
  const examined: Examined = { subject, cases, first, found: new Map() };
  let told = monotonicNow();
  for (let done = 0; done < cases; done++) {
    note(examined, first + done);
    if (monotonicNow() - told < PROGRESS_MS) continue;
    told = monotonicNow();
    err.write(`${grouped(done + 1)} of ${grouped(cases)} cases: ${brokenText(examined)}`);
    await err.flushed(PROGRESS_MS);
  }
  const json = asksForJson(parser);
  for (const finding of simplest(examined)) {
    out.write(json ? findingLine(finding) : `${findingText(finding)}\n`);
  }
  out.write(json ? summaryLine(examined) : summaryText(examined));
  return examined.found.size === 0 ? 0 : 1;
}

function note({ subject, found }: Examined, seed: number): void {
  for (const { watches } of examineCase(seed, subject)) {
    const known = found.get(watches);
    if (known === undefined) found.set(watches, { first: seed, cases: 1 });
    else known.cases += 1;
  }
}

/** One case for each broken rule; one that shows two of them is shown once. */
function simplest({ subject, found }: Examined): Finding[] {
  const findings: Finding[] = [];
  for (const [rule, { first }] of found) {
    const isShown = findings.some(({ violations }) =>
      violations.some(({ watches }) => watches === rule),
    );
    if (!isShown) findings.push(simplestCase(first, subject, rule));
  }
  return findings;
}

const grouped = (number: number): string => number.toLocaleString("en-US");

function brokenText({ found }: Examined): string {
  const parts = [...found].map(([rule, { cases }]) => `${rule} is broken in ${grouped(cases)}`);
  return parts.length === 0 ? "every rule held" : parts.join(", ");
}

function summaryText(examined: Examined): string {
  const { subject, cases, first } = examined;
  const { name, defect } = subject;
  const broken = defect === null ? "" : `, broken on purpose (${defect.says})`;
  const seeds = `seeds ${first} to ${first + cases - 1}`;
  return `${grouped(cases)} random lives under ${name}${broken} (${seeds}): ${brokenText(examined)}.`;
}

function summaryLine({ subject, cases, first, found }: Examined): string {
  const { name, defect } = subject;
  return JSON.stringify({
    schema: "hotpod.invariants/v1",
    ...{ subject: name, defect: defect?.name ?? null, cases, first, last: first + cases - 1 },
    broken: [...found].map(([rule, { first: seed, cases: times }]) => ({
      ...{ rule, seed, cases: times },
    })),
  });
}

export const CHECK_INVARIANTS_HELP = `hotpod simulate check-invariants [--cases ${CASES}] [--seed 1] [--tool hotpod] [--format text|json]

Random pods, services, saves and faults, each lived through and checked: hotpod's invariants after every step, the
kubelet's rules by what is told. The first case of each broken rule is made as simple as it goes, and shown as a table
with the command that replays it. Progress goes to standard error.

  --cases N    how many
  --seed S     the number of the first; the same numbers make the same cases anywhere
  --tool TOOL  the same lives under another reload tool, of which hotpod's invariants are asked
  --defect X   hotpod's core or the node is broken on purpose, to see that it is noticed; a wrong name lists them

Exit code 0: every rule held; 1: one was broken; 2: bad input.`;
