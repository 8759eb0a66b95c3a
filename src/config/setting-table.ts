import { httpTarget, listeners, ownAddress } from "./kinds/address-kinds.js";
import { configRule } from "./kinds/config-rule-kind.js";
import { headroom } from "./kinds/headroom-kind.js";
import type { Kind } from "./kinds/kind.js";
import { command, commands, listOf, variables, words } from "./kinds/list-kinds.js";
import {
  choice,
  count,
  duration,
  notYet,
  path,
  percent,
  text,
  yesNo,
} from "./kinds/scalar-kinds.js";

/** One thing that can be set. Flags, environment variables, file keys, help and schema all come from here. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  readonly group: Group;
  /** What it is without being set, as text that its kind reads. null: unset, or found out at start. */
  readonly standard: string | null;
  /** The default on a terminal, where it differs. */
  readonly onTerminal: string | null;
  /** Says where the default comes from when it is found out at start. */
  readonly found: string | null;
  /** Cold settings are fixed at start; hot ones follow the file while running. */
  readonly cold: boolean;
  /** One sentence. */
  readonly doc: string;
}

export const GROUPS = [
  "What runs",
  "Noticing changes",
  "Becoming ready",
  "Swapping",
  "When it fails",
  "Stopping",
  "Where things are",
] as const;
export type Group = (typeof GROUPS)[number];

type Extra = Partial<Pick<Setting<unknown>, "onTerminal" | "found">>;

function hot<T>(
  group: Group,
  kind: Kind<T>,
  standard: string | null,
  doc: string,
  extra: Extra = {},
): Setting<T> {
  const { onTerminal = null, found = null } = extra;
  return { kind, group, standard, onTerminal, found, cold: false, doc };
}

function cold<T>(...fields: Parameters<typeof hot<T>>): Setting<T> {
  return { ...hot(...fields), cold: true };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: expanded when the settings are read.
const LISTEN_STANDARD = ":${PORT:-8080}";
const paths = listOf(path, "a list of paths");
const patterns = listOf(text, "a list of patterns");

/** Every setting, in the order in which they are shown. */
export const SETTINGS = {
  recipe: cold(
    "What runs",
    choice(["auto", "go", "command", "none", "artifact"]),
    "auto",
    "How sources become what runs: a Go build, a command, nothing, or a file somebody replaces.",
  ),
  package: hot("What runs", text, null, "The Go package to build.", {
    found: "the module's only main package",
  }),
  "build.command": hot("What runs", command, null, "Builds the file {artifact}."),
  "build.args": hot("What runs", words, null, "Further arguments for the build."),
  "build.env": hot("What runs", variables, null, "Environment variables of the build."),
  "build.before": hot("What runs", commands, null, "Generators that run before the build."),
  "build.timeout": hot("What runs", duration, "10m", "A build that takes longer is ended."),
  artifact: cold("What runs", path, null, "The file that somebody else replaces."),
  "env.files": hot("What runs", paths, null, "Files of NAME=value lines for the service."),
  boot: cold(
    "What runs",
    choice(["image", "last-good"]),
    "image",
    "What a container starts with: the image's program, or the last good one of the store.",
  ),

  watch: hot("Noticing changes", paths, ".", "Files and folders whose changes count."),
  ignore: hot("Noticing changes", patterns, null, "Patterns, as in .gitignore, that do not count."),
  debounce: hot("Noticing changes", duration, "30ms", "Changes less than this apart are a burst."),
  starveLimit: hot(
    "Noticing changes",
    duration,
    "10s",
    "A change that waits longer lets the running build finish.",
  ),
  poll: hot(
    "Noticing changes",
    choice(["auto", "always", "never"]),
    "auto",
    "Look at the files again and again where the file system cannot notify.",
  ),
  paused: hot("Noticing changes", yesNo, "false", "Notice changes, but do not act on them."),

  listen: cold(
    "Becoming ready",
    listeners,
    LISTEN_STANDARD,
    "Addresses hotpod binds for the service; none for a worker.",
  ),
  "ready.timeout": hot(
    "Becoming ready",
    duration,
    "60s",
    "A candidate has this long to get ready.",
  ),
  "ready.http": hot("Becoming ready", httpTarget, null, "Ready when this answers 2xx or 3xx."),
  readiness: hot(
    "Becoming ready",
    choice(["keep", "hold"]),
    "keep",
    "What /readyz says during an update: still ready, or 503 until it succeeded.",
  ),

  handover: cold(
    "Swapping",
    choice(["auto", "inherit", "transparent", "restart", "proxy"]),
    "auto",
    "How clients pass on: sockets inherited, its own exchanged, old ends before new starts, or forwarded.",
  ),
  "proxy.protocol": hot(
    "Swapping",
    choice(["auto", "http", "tcp"]),
    "auto",
    "What is forwarded: HTTP request by request, or bytes; auto: by the first bytes of a connection.",
  ),
  "proxy.forwarded": hot(
    "Swapping",
    yesNo,
    "false",
    "Tell the service the client in X-Forwarded-*.",
  ),
  "proxy.header": hot(
    "Swapping",
    choice(["none", "v1", "v2"]),
    "none",
    "Tell the service the client by the PROXY protocol.",
  ),
  "proxy.queue": hot(
    "Swapping",
    count(0),
    "1000",
    "So many requests wait at most while nothing is ready.",
  ),
  linger: hot("Swapping", duration, "1s", "An old generation still accepts for this long.", {
    onTerminal: "100ms",
  }),
  "drain.timeout": hot(
    "Swapping",
    duration,
    "25s",
    "From SIGTERM of an old generation to SIGKILL.",
  ),
  maxDraining: hot("Swapping", count(0), "1", "So many old generations may drain at once."),
  canary: hot(
    "Swapping",
    percent,
    "0",
    "So many per cent of new connections a candidate gets first; 0 or 100: all of them at once.",
  ),
  canaryFor: hot(
    "Swapping",
    duration,
    "10s",
    "So long it has only that share; a failure meanwhile sends all back to the old generation.",
  ),
  "memory.headroom": hot(
    "Swapping",
    headroom,
    "10%,16Mi",
    "Memory that must stay free while two generations run; the larger counts.",
  ),
  "memory.policy": hot(
    "Swapping",
    choice(["restart", "hold"]),
    "restart",
    "Where memory is short: end the old generation first, or do not swap.",
  ),

  probation: hot("When it fails", duration, "10s", "A failure this soon after a swap is undone."),
  rollback: hot("When it fails", yesNo, "true", "Put the previous artifact back then."),
  standby: hot(
    "When it fails",
    yesNo,
    "true",
    "The old generation stands by through probation, if it can.",
    { onTerminal: "false" },
  ),
  "crash.restarts": hot("When it fails", count(0), "3", "Restarts of a crashing service…"),
  "crash.window": hot("When it fails", duration, "60s", "…within this time; then hotpod exits."),
  "liveness.http": hot("When it fails", httpTarget, null, "Asked of the serving generation."),
  "liveness.period": hot("When it fails", duration, "10s", "How often it is asked."),
  "liveness.failures": hot(
    "When it fails",
    count(1),
    "3",
    "So many bad answers in a row bring a new generation of the same artifact.",
  ),

  grace: hot(
    "Stopping",
    duration,
    "30s",
    "What SIGTERM leaves until SIGKILL: terminationGracePeriodSeconds less the preStop time.",
  ),
  "shutdown.delay": hot(
    "Stopping",
    duration,
    "2s",
    "Keep serving after SIGTERM while endpoints forget the pod.",
    { onTerminal: "0" },
  ),

  "store.dir": cold("Where things are", path, null, "Where artifacts are kept.", {
    found: ".hotpod/store here if writable, else below the temporary folder",
  }),
  "store.keep": hot("Where things are", count(1), "3", "So many artifacts are kept at most."),
  "policy.dir": cold(
    "Where things are",
    path,
    "/etc/hotpod/policy",
    "A ConfigMap or Downward API volume with one setting a file; changes count at once.",
  ),
  "probes.listen": cold(
    "Where things are",
    ownAddress,
    ":9247",
    "/livez, /readyz, /startupz and /metrics; none for no probes.",
  ),
  "control.socket": cold("Where things are", path, null, "The Unix socket `hotpod ctl` talks to.", {
    found: "control.sock in the store",
  }),
  "ui.listen": cold(
    "Where things are",
    notYet("off", "`hotpod ctl status` and `hotpod ctl events --follow` show what happens."),
    "off",
    "A dashboard (not available yet).",
  ),
  "config.watch": hot(
    "Where things are",
    listOf(configRule, "a list of paths with actions"),
    null,
    "Configuration the service reads itself; new content: a signal, POST /path, or swap.",
  ),
  "log.format": hot(
    "Where things are",
    choice(["auto", "pretty", "json"]),
    "auto",
    "Lines for people or for machines; auto: by whether standard error is a terminal.",
  ),
  "log.level": hot(
    "Where things are",
    choice(["debug", "info", "warn", "error"]),
    "info",
    "The least important lines that are written.",
  ),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

export function isSettingKey(key: string): key is SettingKey {
  return (SETTING_KEYS as readonly string[]).includes(key);
}

/** What a key's value is once read; undefined when it is neither set nor has a default. */
export type ValueOf<K extends SettingKey> =
  (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;

/** The table seen without the types of its values. */
export function settingOf(key: SettingKey): Setting<unknown> {
  return SETTINGS[key] as Setting<unknown>;
}

/** `ready.timeout` → `--ready-timeout`. */
export function flagOf(key: SettingKey): string {
  return `--${partsOf(key).join("-")}`;
}

/** `ready.timeout` → `HOTPOD_READY_TIMEOUT`. */
export function variableOf(key: SettingKey): string {
  return `HOTPOD_${partsOf(key).join("_").toUpperCase()}`;
}

function partsOf(key: string): string[] {
  return key.split(/\.|(?=[A-Z])/).map((word) => word.toLowerCase());
}
