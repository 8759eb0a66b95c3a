import { formatDuration } from "#base/time.js";
import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";

/** What happened and what was asked for, hashed always and kept as text when somebody wants to read it. */
export interface Trace {
  readonly step: (event: Event, commands: readonly Command[]) => void;
  readonly lines: string[];
  readonly digest: () => number;
}

export function newTrace(keep: boolean): Trace {
  const lines: string[] = [];
  let digest = 0x811c9dc5;
  const mix = (text: string): void => {
    for (let index = 0; index < text.length; index++) {
      digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
    }
  };
  return {
    lines,
    digest: () => digest >>> 0,
    step(event, commands) {
      mix(`${event.at} ${event.kind}`);
      for (const command of commands) {
        mix(command.kind === "announce" ? command.notice.kind : briefly(command));
      }
      if (!keep) return;
      const { at, ...what } = event;
      lines.push(`${formatDuration(at).padStart(8)}  ${briefly(what)}`);
      for (const command of commands) {
        const text =
          command.kind === "announce" ? `“${briefly(command.notice)}”` : `→ ${briefly(command)}`;
        lines.push(`${" ".repeat(10)}${text}`);
      }
    },
  };
}

export function hashOf(trace: Trace): string {
  return trace.digest().toString(16).padStart(8, "0");
}

/** The kind and its plain fields, in one line. */
function briefly(thing: { readonly kind: string }): string {
  const { kind, ...fields } = thing;
  const words = Object.entries(fields).map(([name, value]) => `${name}=${inWords(value)}`);
  return [kind, ...words].join(" ");
}

function inWords(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("id" in value) return String(value.id);
  return JSON.stringify(value);
}
