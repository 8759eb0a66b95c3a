import type { LifeReport, Span } from "#model/life/life-report.js";
import { inOrder, labelOf, laneName, toneOf } from "./lanes/life-drawing.js";
import { packGenerations } from "./lanes/pack-lanes.js";

/** Mermaid gives every bar a row of its own: more than these are no picture any more. */
const BARS_MAX = 120;
const SAVES_MAX = 20;

/** The time-line as a Mermaid gantt chart, a section for each lane. */
export function lifeMermaid({ title, tool, spans: given, events }: LifeReport): string {
  const spans = packGenerations(given);
  const lanes = new Map<string, Span[]>();
  for (const lane of inOrder(spans)) lanes.set(laneName(lane), []);
  for (const span of longestOf(spans)) {
    const name = laneName(span.lane);
    lanes.get(name)?.push(span);
  }
  const lines = [
    "gantt",
    `  title ${words(`${title} under ${tool}`)}`,
    "  dateFormat x",
    // Seconds since the epoch: hours and minutes would be those of the reader's time zone.
    "  axisFormat %s s",
  ];
  lines.push(...saveLines(events));
  for (const [name, stretches] of lanes) {
    if (stretches.length === 0) continue;
    lines.push(`  section ${words(name)}`);
    for (const span of stretches) {
      const tag = { good: "active, ", bad: "crit, ", busy: "", quiet: "done, " }[toneOf(span)];
      // A task without length is drawn as none.
      const end = Math.max(ms(span.toUs), ms(span.fromUs) + 1);
      lines.push(`    ${words(labelOf(span))} :${tag}${ms(span.fromUs)}, ${end}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function saveLines(events: LifeReport["events"]): string[] {
  const saves = [...new Set(events.filter(({ ev }) => ev === "save").map(({ t }) => ms(t)))];
  const [first, last] = [saves[0], saves.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (saves.length > SAVES_MAX) {
    return ["  section saves", `    ${saves.length} saves :done, ${first}, ${last}`];
  }
  const marks = saves.map((at, index) => `    save :milestone, save${index}, ${at}, 0ms`);
  return ["  section saves", ...marks];
}

/** The longest stretches of all, in order of time; what is lost stays whatever its length. */
function longestOf(spans: readonly Span[]): Span[] {
  if (spans.length <= BARS_MAX) return [...spans];
  const weight = (span: Span): number =>
    span.toUs - span.fromUs + (toneOf(span) === "bad" ? 10 ** 12 : 0);
  return [...spans]
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, BARS_MAX)
    .sort((a, b) => a.fromUs - b.fromUs || a.toUs - b.toUs);
}

const ms = (us: number): number => Math.round(us / 1_000);

/** Colons, semicolons and hashes end a label; markup is nobody's. */
const words = (text: string): string =>
  text
    .replace(/[:;#%{}<>\n]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80) || "-";
