import { parse, TomlError } from "smol-toml";
import { parseDuration } from "#base/time.js";
import type { StopStep } from "#model/reload-tool.js";
import { type FlagSpec, readFlags } from "./read-flags.js";
import type { ToolDraft } from "./tool-reading.js";

/** The keys of `[build]` that change what air does and when. Each is also a flag: `--build.delay`. */
const KEYS = [
  "delay",
  "stop_on_error",
  "send_interrupt",
  "kill_delay",
  "exclude_unchanged",
  "rerun",
] as const;
type Key = (typeof KEYS)[number];

export function applyAirConfig(draft: ToolDraft, text: string, file: string): void {
  let table: Readonly<Record<string, unknown>>;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    draft.complain(`${file}:${error.line}:${error.column}`, what, "air refuses it as well.");
    return;
  }
  const build = (table.build ?? {}) as Readonly<Record<string, unknown>>;
  applyBuild(
    draft,
    new Map(KEYS.map((key) => [key, build[key]])),
    (key) => `${file}:${lineOf(text, key)}`,
  );
}

export function airConfigFile(words: readonly string[]): string | null {
  const { flags } = readFlags(words, AIR_FLAGS, { clusters: false });
  return flags.findLast(({ name }) => name === "-c")?.value ?? null;
}

/** Flags win over the file. */
export function applyAirFlags(draft: ToolDraft, words: readonly string[], where: string): void {
  const { flags } = readFlags(words, AIR_FLAGS, { clusters: false });
  const values = new Map<Key, unknown>();
  for (const { name, value } of flags) {
    const key = KEYS.find((one) => name === `-build.${one}`);
    if (key === undefined) continue;
    const wantsNumber = key === "delay";
    values.set(key, wantsNumber ? Number(value) : key === "kill_delay" ? value : value === "true");
  }
  applyBuild(draft, values, () => where);
}

export const AIR_FLAGS: FlagSpec = {
  "-c": "value",
  "-d": "switch",
  "-v": "switch",
  ...Object.fromEntries(KEYS.map((key) => [`-build.${key}`, "value" as const])),
  ...Object.fromEntries(
    "bin cmd full_bin entrypoint args_bin log include_ext exclude_dir include_dir exclude_regex poll poll_interval"
      .split(" ")
      .map((key) => [`-build.${key}`, "value" as const]),
  ),
};

function applyBuild(
  draft: ToolDraft,
  values: ReadonlyMap<Key, unknown>,
  where: (key: Key) => string,
): void {
  const given = <T>(key: Key, type: "number" | "boolean", use: (value: T) => void): void => {
    const value = values.get(key);
    if (value === undefined) return;
    if (typeof value === type && !Number.isNaN(value)) use(value as T);
    else
      draft.complain(
        where(key),
        `build.${key} ${JSON.stringify(value)} is no ${type}`,
        "air refuses it as well.",
      );
  };
  given<number>("delay", "number", (ms) => {
    // air takes 0 for "not given".
    if (ms > 0) draft.change("build.delay", `${ms} ms`, where("delay"), { settleUs: ms * 1000 });
  });
  given<boolean>("exclude_unchanged", "boolean", (on) =>
    draft.change("build.exclude_unchanged", String(on), where("exclude_unchanged"), {
      contentHash: on,
    }),
  );
  given<boolean>("stop_on_error", "boolean", (on) =>
    draft.change("build.stop_on_error", String(on), where("stop_on_error"), {
      onBuildFail: on ? "stop" : "rerunOld",
    }),
  );
  given<boolean>("rerun", "boolean", (on) =>
    draft.change("build.rerun", String(on), where("rerun"), { onAppExit: on ? "rerun" : "stay" }),
  );
  if (values.get("send_interrupt") === true) {
    applyInterrupt(draft, values.get("kill_delay"), where);
  }
}

/** SIGINT, then `kill_delay`, which is 0 unless it is set, then SIGKILL; the same when air is told to stop. */
function applyInterrupt(draft: ToolDraft, delay: unknown, where: (key: Key) => string): void {
  const waitUs = delay === undefined ? 0 : killDelayUs(delay);
  if (waitUs === null) {
    const what = `build.kill_delay ${JSON.stringify(delay)} is no duration`;
    draft.complain(where("kill_delay"), what, 'Write "500ms", or a number of milliseconds.');
    return;
  }
  const stop: StopStep[] = [
    { signal: "SIGINT", waitUs, to: "tree" },
    { signal: "SIGKILL", waitUs: 0, to: "tree" },
  ];
  draft.change("build.send_interrupt", "true", where("send_interrupt"), { stop, onTerm: stop });
  if (delay !== undefined) {
    draft.change("build.kill_delay", `${waitUs / 1000} ms`, where("kill_delay"), {});
  }
}

/** A number is nanoseconds, unless it is less than a millisecond of them: then air takes it for milliseconds. */
function killDelayUs(delay: unknown): number | null {
  if (typeof delay === "string") {
    if (/^\d+$/.test(delay)) return killDelayUs(Number(delay));
    const ms = parseDuration(delay);
    return ms === null ? null : Math.floor(ms) * 1000;
  }
  if (typeof delay !== "number" || delay < 0) return null;
  return delay < 1_000_000 ? delay * 1000 : Math.floor(delay / 1_000_000) * 1000;
}

/** `line:column` of a key; the parser keeps no positions. */
function lineOf(text: string, key: string): string {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => new RegExp(`^\\s*${key}\\s*=`).test(line));
  return index < 0 ? "1:1" : `${index + 1}:${(lines[index]?.search(/\S/) ?? 0) + 1}`;
}
