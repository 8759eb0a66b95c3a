import { flagOf, GROUPS, SETTING_KEYS, type SettingKey, settingOf } from "#config/setting-table.js";

const WIDTH = 100;
const COLUMN = 36;

/** `hotpod run --help`: from the settings table, grouped by what one is after. */
export function runHelp(): string {
  return [
    "hotpod run [flags] [-- command args…]",
    "",
    "  hotpod run                                   a Go module here: build it, listen on :8080",
    "  hotpod run --listen http=:8080 --listen admin=:9000 -- --flag-of-the-service",
    "  hotpod run --package ./cmd/api --watch . --watch /etc/app",
    "  hotpod run --artifact /drop/main -- /app/main    somebody else replaces /drop/main",
    "  hotpod run -- node server.js                 an interpreted service",
    "",
    "Every flag is also a key of hotpod.yaml (--ready-timeout is ready.timeout) and an environment",
    "variable (HOTPOD_READY_TIMEOUT). Flags count before variables, these before hotpod.yaml.",
    "Durations: 300ms, 5s, 1m30s. Sizes: 16Mi. [cold] settings are fixed at start; the others follow",
    "hotpod.yaml at SIGHUP.",
    ...GROUPS.flatMap((group) => [
      "",
      `${group}:`,
      ...SETTING_KEYS.filter((key) => settingOf(key).group === group).flatMap(describe),
    ]),
    "",
    "Besides:",
    row("--explain", "Print every value that counts and where it comes from, and exit."),
    row("--format <text|json>", "How --explain prints; --json is --format json."),
    row("-h, --help", "Print this."),
    "",
    "Signals: TERM and INT stop; USR2 updates now; HUP reads hotpod.yaml again; USR1 logs the status;",
    "the rest go to the service. Probes: /livez /readyz /startupz /metrics on probes.listen.",
  ].join("\n");
}

function describe(key: SettingKey): string[] {
  const { kind, standard, onTerminal, found, cold, doc } = settingOf(key);
  const usual = standard ?? found;
  const default_ =
    usual === null
      ? ""
      : ` (${usual}${onTerminal === null ? "" : `; ${onTerminal} on a terminal`})`;
  const repeat = kind.repeatable ? " …" : "";
  const text = `${doc}${default_}${cold ? " [cold]" : ""}`;
  return [row(`${flagOf(key)} ${kind.placeholder}${repeat}`, text)];
}

/** A flag and its text, wrapped below itself; a long flag has a line of its own. */
function row(flag: string, text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > WIDTH - COLUMN) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  lines.push(line);
  const head = `  ${flag}`;
  const indent = " ".repeat(COLUMN);
  if (head.length >= COLUMN) return [head, ...lines.map((one) => indent + one)].join("\n");
  return lines.map((one, index) => (index === 0 ? head.padEnd(COLUMN) : indent) + one).join("\n");
}
