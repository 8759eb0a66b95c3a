import { parseDuration } from "#base/time.js";
import type { StopStep } from "#model/reload-tool.js";
import { applyCommand } from "./apply-command.js";
import { type FlagSpec, readFlags } from "./read-flags.js";
import type { ToolDraft } from "./tool-reading.js";

const S = 1_000_000;

/** CompileDaemon is configured by flags alone. */
export function applyCompileDaemon(
  draft: ToolDraft,
  words: readonly string[],
  where: string,
): void {
  const { flags } = readFlags(words, COMPILE_DAEMON_FLAGS, { clusters: false });
  const value = (name: string): string | undefined =>
    flags.findLast((flag) => flag.name === name)?.value;
  const graceful = value("-graceful-kill");
  if (graceful === "true") {
    const seconds = Number(value("-graceful-timeout") ?? "3");
    if (!(seconds >= 0)) {
      draft.complain(
        where,
        `-graceful-timeout ${value("-graceful-timeout")} is no number of seconds`,
        "Write -graceful-timeout=3.",
      );
      return;
    }
    const stop: StopStep[] = [
      { signal: "SIGTERM", waitUs: seconds * S, to: "process" },
      { signal: "SIGKILL", waitUs: 0, to: "process" },
    ];
    draft.change("-graceful-kill", `${seconds} s`, where, { stop, onTerm: stop });
  }
  if (value("-command-stop") === "true") {
    draft.change("-command-stop", "true", where, { stopWhen: "beforeBuild", onBuildFail: "stop" });
  }
}

export const COMPILE_DAEMON_FLAGS: FlagSpec = {
  ...Object.fromEntries(
    "-build -command -directory -build-dir -run-dir -pattern -include -exclude -exclude-dir -log-prefix -color -polling-interval -graceful-timeout"
      .split(" ")
      .map((name) => [name, "value" as const]),
  ),
  "-polling": "switch",
  "-recursive": "switch",
  "-verbose": "switch",
  "-graceful-kill": "switch",
  "-command-stop": "switch",
};

/** `wgo [flags] run .` builds into a folder of its own and runs; `wgo [flags] command` does what the command does. */
export function applyWgo(draft: ToolDraft, words: readonly string[], where: string): void {
  const first = words[0] === "run" ? words.slice(1) : words;
  const { flags, rest } = readFlags(first, WGO_FLAGS, { clusters: false });
  for (const { name, value } of flags) {
    if (name === "-exit" && value === "true") {
      draft.change("-exit", "true", where, { onAppExit: "exit" });
    }
    if (name !== "-debounce") continue;
    const ms = parseDuration(value);
    if (ms === null)
      draft.complain(where, `-debounce ${value} is no duration`, "Write -debounce 300ms.");
    else draft.change("-debounce", value, where, { settleUs: ms * 1000 });
  }
  const runs = words[0] === "run" || rest[0] === "run";
  if (!runs && rest.length > 0) applyCommand(draft, rest, where);
}

export const WGO_FLAGS: FlagSpec = {
  ...Object.fromEntries(
    "-file -xfile -dir -xdir -root -cd -poll -debounce -tags -mod"
      .split(" ")
      .map((name) => [name, "value" as const]),
  ),
  "-exit": "switch",
  "-verbose": "switch",
  "-stdin": "switch",
  "-postpone": "switch",
};

/** reflex restarts a service only with `-s`; without it, it waits until the command ends by itself. */
export function applyReflex(draft: ToolDraft, words: readonly string[], where: string): void {
  const { flags, rest } = readFlags(words, REFLEX_FLAGS, { clusters: true });
  if (words.length > 0 && !flags.some(({ name }) => name === "-s" || name === "-start-service")) {
    draft.complain(
      where,
      "reflex without -s waits until the service ends by itself, so it never updates it",
      "Add -s (--start-service).",
    );
  }
  for (const { name, value } of flags) {
    if (name !== "-t" && name !== "-shutdown-timeout") continue;
    const ms = parseDuration(value);
    if (ms === null) {
      draft.complain(where, `${name} ${value} is no duration`, "Write -t 500ms.");
      continue;
    }
    const stop: StopStep[] = [
      { signal: "SIGINT", waitUs: ms * 1000, to: "group" },
      { signal: "SIGKILL", waitUs: 0, to: "group" },
    ];
    draft.change("-t", value, where, { stop, onTerm: stop });
  }
  if (rest.length > 0) applyCommand(draft, rest, where);
}

export const REFLEX_FLAGS: FlagSpec = {
  ...Object.fromEntries(
    "-r -R -g -G -c -d -t -regex -inverse-regex -glob -inverse-glob -config -decoration -shutdown-timeout -substitute"
      .split(" ")
      .map((name) => [name, "value" as const]),
  ),
  ...Object.fromEntries(
    "-s -start-service -v -verbose -e -sequential -only-files -only-dirs -all"
      .split(" ")
      .map((name) => [name, "switch" as const]),
  ),
};

export function reflexConfigFile(words: readonly string[]): string | null {
  const { flags } = readFlags(words, REFLEX_FLAGS, { clusters: true });
  return flags.findLast(({ name }) => name === "-c" || name === "-config")?.value ?? null;
}
