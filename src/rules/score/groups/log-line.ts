const TIME = ["time", "ts", "timestamp"];
const LEVEL = ["level", "severity"];
const MESSAGE = ["msg", "message"];

/** One JSON object, or logfmt, with time, level and message. */
export function isStructured(line: string): boolean {
  const keys = keysOf(line);
  return [TIME, LEVEL, MESSAGE].every((names) => names.some((name) => keys.has(name)));
}

/** Says which program wrote it: the generation, or the commit it was built of. */
export function namesGeneration(line: string): boolean {
  const keys = keysOf(line);
  return ["generation", "generation_id", "gen", "revision", "vcs.revision", "commit"].some((name) =>
    keys.has(name),
  );
}

const PROBE =
  /kube-probe\/|\b(GET|HEAD)\s+"?\/(healthz?|livez|readyz|startupz|ready|live|health\/\w+)\b|["=]\/(healthz?|livez|readyz|startupz)["\s]/;

export function isProbeLine(line: string): boolean {
  return PROBE.test(line.slice(0, 4_096));
}

function keysOf(line: string): ReadonlySet<string> {
  const text = line.trim();
  if (text.startsWith("{")) {
    try {
      const value: unknown = JSON.parse(text);
      return new Set(typeof value === "object" && value !== null ? Object.keys(value) : []);
    } catch {
      return new Set();
    }
  }
  const found = new Set<string>();
  for (const [, key = ""] of text
    .slice(0, 16_384)
    .matchAll(/(?:^|\s)([A-Za-z_][\w.]*)=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/g)) {
    found.add(key);
  }
  return found;
}
