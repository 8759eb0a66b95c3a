import type { LifeEvent } from "#model/life/life-event.js";

/** An event of a simulation in words, as they stand in its stream. */
export function eventSentence(event: LifeEvent): string {
  const who = [
    event.container === undefined ? null : event.container,
    event.gen === undefined ? null : `generation ${event.gen}`,
  ].filter((part) => part !== null);
  const said = Object.entries(event.data)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${spaced(name.replace(/Us$/, ""))} ${valueText(name, value)}`);
  const subject = who.length === 0 ? "" : `${who.join(" ")}: `;
  return `${subject}${spaced(event.ev)}${said.length === 0 ? "" : `, ${said.join(", ")}`}`;
}

/** `endpointGone` → `endpoint gone`. */
const spaced = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function valueText(name: string, value: unknown): string {
  if (typeof value === "number" && /(Us|At)$/.test(name)) {
    return `${Number((value / 1_000_000).toFixed(3))} s`;
  }
  if (typeof value === "number") return `${Number(value.toFixed(3))}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
