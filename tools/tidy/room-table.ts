/** What a room may import besides itself, `base` and `model`. */
interface Room {
  readonly rooms: readonly string[];
  /** Rooms that only the named files of this room may import. */
  readonly onlyIn?: Readonly<Record<string, readonly string[]>>;
}

const everything = [
  "config",
  "generation",
  "kubelet",
  "manifest",
  "rules",
  "policy",
  "gobinary",
  "gate",
  "diagnose",
  "simulate",
  "lab",
  "rollout",
  "push",
  "report",
  "ports",
  "edge",
];

/**
 * The architecture: who may import whom. `edge` and `simulate` never meet, since swapping one for the other is what
 * makes the core testable in virtual time. A new room gets its line here first.
 */
export const roomTable: Readonly<Record<string, Room>> = {
  base: { rooms: [] },
  model: { rooms: [] },
  ports: { rooms: [] },
  config: { rooms: [] },
  report: { rooms: [] },
  // What runs in a report's page; report holds it as text.
  viewer: { rooms: ["report"] },
  generation: { rooms: ["config", "ports"], onlyIn: { ports: ["src/generation/drive.ts"] } },
  kubelet: { rooms: [] },
  manifest: { rooms: [] },
  rules: { rooms: ["manifest", "kubelet", "generation", "simulate", "config"] },
  // What an API server can decide of the rules, in its own languages.
  policy: { rooms: ["rules", "manifest", "config"] },
  gobinary: { rooms: [] },
  gate: { rooms: ["gobinary", "manifest", "ports"] },
  diagnose: { rooms: ["rules", "kubelet", "manifest"] },
  // The policy lives in `config` because it is parsed there, and is the core's vocabulary all the same.
  simulate: { rooms: ["generation", "kubelet", "ports", "config"] },
  lab: { rooms: ["kubelet", "ports", "manifest"] },
  rollout: { rooms: ["ports"], onlyIn: { ports: ["src/rollout/drive.ts"] } },
  push: { rooms: [] },
  // What a dropped binary says of itself is read by the edge, with a pure reader.
  edge: { rooms: ["ports", "config", "gobinary"] },
  cli: { rooms: everything },
};

/** Which rooms may import which package, or which of Node's modules that have no effects. A package that is not here is not a dependency of the program. */
export const packageTable: Readonly<Record<string, readonly string[]>> = {
  koffi: ["edge"],
  ignore: ["edge"],
  "tar-stream": ["edge"],
  "prom-client": ["edge"],
  yaml: ["config"],
  "js-yaml": ["manifest"],
  "smol-toml": ["manifest"],
  "@marcbachmann/cel-js": ["policy"],
  "dockerfile-ast": ["manifest"],
  commander: ["cli"],
  diff: ["cli"],
  "node:path": ["cli"],
  "node:util": ["cli", "manifest"],
};

/** Composition roots: the only files outside the edge that touch the process they run in. */
export const entryFiles: readonly string[] = ["src/cli/main.ts", "src/simulate/main.ts"];

/** The room of a file, or null outside src/. */
export function roomOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** The rooms that a file of `room` may import, itself included, in the order people know them. */
export function allowedRooms(room: string, path: string): string[] {
  const entry = roomTable[room];
  if (entry === undefined) return [];
  const free = entry.rooms.filter((other) => entry.onlyIn?.[other]?.includes(path) ?? true);
  const shared = room === "base" ? [] : room === "model" ? ["base"] : ["base", "model"];
  return [...shared, ...free, room];
}
