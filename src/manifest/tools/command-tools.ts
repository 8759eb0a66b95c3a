import { parseDuration } from "#base/time.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { placeText } from "#manifest/text/source-document.js";
import type { StopStep } from "#model/reload-tool.js";
import { applyCommand } from "./apply-command.js";
import { type FlagSpec, readFlags } from "./read-flags.js";
import type { ToolDraft } from "./tool-reading.js";

const S = 1_000_000;
const SIGNALS = ["SIGTERM", "SIGINT", "SIGKILL", "SIGUSR2", "SIGHUP"] as const;

function signalOf(text: string): StopStep["signal"] | null {
  const name = `SIG${text.toUpperCase().replace(/^SIG/, "")}`;
  return SIGNALS.find((one) => one === name) ?? null;
}

const unknownSignal = (text: string): [string, string] => [
  `${text} is not a signal that is simulated`,
  `One of ${SIGNALS.join(", ")}.`,
];

/** nodemon: options of its file and of its command line have the same meaning; the command line wins. */
export function applyNodemonFile(draft: ToolDraft, text: string, file: string): void {
  const { documents, problems } = readDocuments(text, file);
  const [broken] = problems;
  if (broken !== undefined) {
    draft.complain(placeText(broken.place), broken.what, "nodemon refuses it as well.");
    return;
  }
  const whole = (documents[0]?.value ?? {}) as Readonly<Record<string, unknown>>;
  // package.json keeps them under a key of its own.
  const options = (whole.nodemonConfig ?? whole) as Readonly<Record<string, unknown>>;
  const { delay, signal, exec, exitCrash } = options;
  if (delay !== undefined)
    applyNodemonDelay(draft, typeof delay === "number" ? `${delay}ms` : String(delay), file);
  if (typeof signal === "string") applyNodemonSignal(draft, signal, file);
  if (exitCrash === true) draft.change("exitCrash", "true", file, { onAppExit: "exit" });
  if (typeof exec === "string") applyCommand(draft, exec.split(/\s+/), file);
}

export function applyNodemonFlags(draft: ToolDraft, words: readonly string[], where: string): void {
  const { flags, rest } = readFlags(words, NODEMON_FLAGS, { clusters: false });
  let runs = rest;
  for (const { name, value } of flags) {
    if (name === "-d" || name === "-delay") applyNodemonDelay(draft, value, where);
    if (name === "-s" || name === "-signal") applyNodemonSignal(draft, value, where);
    if (name === "-exitcrash") draft.change("--exitcrash", "true", where, { onAppExit: "exit" });
    if (name === "-x" || name === "-exec") runs = value.split(/\s+/);
  }
  if (runs.length > 0) applyCommand(draft, runs, where);
}

export const NODEMON_FLAGS: FlagSpec = {
  ...Object.fromEntries(
    "-d -delay -s -signal -x -exec -w -watch -i -ignore -e -ext -config -cwd"
      .split(" ")
      .map((name) => [name, "value" as const]),
  ),
  ...Object.fromEntries(
    "-exitcrash -V -verbose -q -quiet -L -legacy-watch -I -no-stdin -no-colors"
      .split(" ")
      .map((name) => [name, "switch" as const]),
  ),
};

export function nodemonConfigFile(words: readonly string[]): string | null {
  const { flags } = readFlags(words, NODEMON_FLAGS, { clusters: false });
  return flags.findLast(({ name }) => name === "-config")?.value ?? null;
}

/** `2.5` is seconds, `2500ms` is what it says; in a file a number is milliseconds. */
function applyNodemonDelay(draft: ToolDraft, text: string, where: string): void {
  const ms = /^\d*\.?\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === null)
    draft.complain(
      where,
      `delay ${JSON.stringify(text)} is no duration`,
      "Write 2.5 (seconds) or 2500ms.",
    );
  else draft.change("delay", `${ms} ms`, where, { settleUs: Math.round(ms * 1000) });
}

function applyNodemonSignal(draft: ToolDraft, text: string, where: string): void {
  const signal = signalOf(text);
  if (signal === null) draft.complain(where, ...unknownSignal(text));
  else draft.change("signal", signal, where, { stop: [{ signal, waitUs: null, to: "tree" }] });
}

/** entr restarts a service only with `-r`; `-z` ends with it. */
export function applyEntr(draft: ToolDraft, words: readonly string[], where: string): void {
  const { flags, rest } = readFlags(words, ENTR_FLAGS, { clusters: true });
  const has = (name: string): boolean => flags.some((flag) => flag.name === name);
  if (words.length > 0 && !has("-r")) {
    draft.complain(where, "entr without -r does not restart a running service", "Add -r.");
  }
  if (has("-z")) draft.change("-z", "true", where, { onAppExit: "exit" });
  if (rest.length > 0) applyCommand(draft, rest, where);
}

export const ENTR_FLAGS: FlagSpec = Object.fromEntries(
  "-a -c -d -n -p -r -s -x -z".split(" ").map((name) => [name, "switch" as const]),
);

/** watchexec restarts a service only with `-r`; with `--socket` it holds the listening socket meanwhile. */
export function applyWatchexec(draft: ToolDraft, words: readonly string[], where: string): void {
  const { flags, rest } = readFlags(words, WATCHEXEC_FLAGS, { clusters: true });
  const value = (...names: string[]): string | undefined =>
    flags.findLast(({ name }) => names.includes(name))?.value;
  if (
    words.length > 0 &&
    value("-r", "-restart") === undefined &&
    value("-o", "-on-busy-update") !== "restart"
  ) {
    draft.complain(
      where,
      "watchexec without -r does not restart a running service",
      "Add -r (--restart).",
    );
  }
  applyWatchexecStop(draft, value("-stop-signal"), value("-stop-timeout"), where);
  const debounce = value("-d", "-debounce");
  if (debounce !== undefined) {
    const ms = /^\d+$/.test(debounce) ? Number(debounce) : parseDuration(debounce);
    if (ms === null)
      draft.complain(where, `--debounce ${debounce} is no duration`, "Write --debounce 50ms.");
    else draft.change("--debounce", debounce, where, { settleUs: ms * 1000 });
  }
  const socket = value("-socket");
  if (socket !== undefined) draft.change("--socket", socket, where, { socket: "inherited" });
  if (value("-exit-on-error") !== undefined) {
    draft.change("--exit-on-error", "true", where, { onAppExit: "exit" });
  }
  if (rest.length > 0) applyCommand(draft, rest, where);
}

function applyWatchexecStop(
  draft: ToolDraft,
  signalText: string | undefined,
  timeoutText: string | undefined,
  where: string,
): void {
  if (signalText === undefined && timeoutText === undefined) return;
  const signal = signalText === undefined ? "SIGTERM" : signalOf(signalText);
  const timeout = timeoutText ?? "10s";
  const seconds = /^\d+$/.test(timeout)
    ? Number(timeout)
    : (parseDuration(timeout) ?? Number.NaN) / 1000;
  if (signal === null) {
    draft.complain(where, ...unknownSignal(signalText ?? ""));
    return;
  }
  if (Number.isNaN(seconds)) {
    draft.complain(where, `--stop-timeout ${timeout} is no duration`, "Write --stop-timeout 10s.");
    return;
  }
  const stop: StopStep[] = [
    { signal, waitUs: seconds * S, to: "group" },
    { signal: "SIGKILL", waitUs: 0, to: "group" },
  ];
  draft.change("--stop-signal", `${signal}, ${seconds} s`, where, { stop, onTerm: stop });
}

export const WATCHEXEC_FLAGS: FlagSpec = {
  ...Object.fromEntries(
    "-w -watch -e -exts -f -filter -i -ignore -d -debounce -o -on-busy-update -stop-signal -stop-timeout -signal -s -socket -shell -E -env -poll -delay-run -workdir"
      .split(" ")
      .map((name) => [name, "value" as const]),
  ),
  ...Object.fromEntries(
    "-r -restart -c -clear -n -N -notify -p -postpone -exit-on-error -no-vcs-ignore -no-project-ignore -q -quiet -v -timings"
      .split(" ")
      .map((name) => [name, "switch" as const]),
  ),
};

/** fresh: `key: value` a line. */
export function applyFreshConfig(draft: ToolDraft, text: string, file: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const [, value] = /^\s*build_delay\s*:\s*(\S+)/.exec(line) ?? [];
    if (value === undefined) continue;
    const where = `${file}:${index + 1}:1`;
    if (/^\d+$/.test(value))
      draft.change("build_delay", `${value} ms`, where, { settleUs: Number(value) * 1000 });
    else
      draft.complain(
        where,
        `build_delay ${value} is no number of milliseconds`,
        "Write build_delay: 600.",
      );
  }
}
