export interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  /** Runs hotpod's argv, given as further arguments. */
  readonly as?: readonly string[];
}

export const run = (...args: string[]): string[] => ["run", "--probes-listen", "none", ...args];
export const goMod = "module example.com/app\n\ngo 1.24\n";
export const program = "package main\n\nfunc main() {}\n";

interface Golden extends Given {
  readonly name: string;
  readonly code: number;
  readonly says: readonly string[];
}

/** What is refused before anything is started, word for word. */
export const golden: readonly Golden[] = [
  {
    name: "an unknown flag: the nearest is named",
    args: ["run", "--raedy-timeout", "5s"],
    code: 2,
    says: ['hotpod: unknown option "--raedy-timeout"', "  Did you mean --ready-timeout?"],
  },
  {
    name: "an unknown flag with its value: the nearest is named",
    args: ["run", "--raedy-timeout=5s"],
    code: 2,
    says: ['hotpod: unknown option "--raedy-timeout=5s"', "  Did you mean --ready-timeout?"],
  },
  {
    name: "an unknown flag of the load generator",
    args: ["load", "--ratee", "5"],
    code: 2,
    says: ['hotpod: unknown option "--ratee"', "  Did you mean --rate?"],
  },
  {
    name: "a stray word",
    args: ["version", "all"],
    code: 2,
    says: [
      "hotpod: too many arguments. Expected 0 arguments but got 1.",
      "  See hotpod version --help.",
    ],
  },
  {
    name: "an unknown command",
    args: ["rn"],
    code: 2,
    says: ['hotpod: there is no command "rn"', '  Did you mean "hotpod run"?'],
  },
  {
    name: "a command without --",
    args: ["run", "node", "server.js"],
    code: 2,
    says: [
      'hotpod: "node" is no flag',
      "  Put the service's command after --: hotpod run -- node server.js",
    ],
  },
  {
    name: "nothing to run",
    args: ["run"],
    code: 2,
    says: [
      "hotpod: HERE: nothing here says what to run",
      "  Ways to say it:",
      "    a Go module: run hotpod in the folder of its go.mod",
      "    an interpreted service: hotpod run -- node server.js",
      "    your own build: hotpod run --build-command 'make OUT={artifact}'",
      "    a file somebody replaces: hotpod run --artifact /app/main",
    ],
  },
  {
    name: "what is not available yet",
    args: run("--ui-listen", ":9000", "--", "true"),
    code: 2,
    says: [
      "hotpod: --ui-listen: this is not available yet",
      "  `hotpod ctl status` and `hotpod ctl events --follow` show what happens.",
    ],
  },
  {
    name: "a share that is none",
    args: run("--canary", "0.5", "--", "true"),
    code: 2,
    says: [
      'hotpod: --canary: "0.5" is not a whole number of per cent from 0 to 100',
      "  Write a whole number from 0 to 100: 10, or 10%.",
    ],
  },
  {
    name: "one mistake in hotpod.yaml, with its position",
    files: { "hotpod.yaml": "ready:\n  timeout: 60\n" },
    args: run("--", "true"),
    code: 2,
    says: [
      "hotpod: hotpod.yaml:2:12: ready.timeout: 60 is not a duration",
      "  It has no unit: 60s, or 60ms?",
    ],
  },
  {
    name: "an alias in hotpod.yaml that nothing stands behind, with its position",
    files: { "hotpod.yaml": "listen: none\nwatch: *sources\n" },
    args: run("--", "true"),
    code: 2,
    says: [
      "hotpod: hotpod.yaml:2:8: watch: unresolved alias (the anchor must be set before the alias): sources",
      "  Mend the YAML; hotpod.schema.json teaches an editor what may stand there.",
    ],
  },
  {
    name: "several mistakes in several places, told together",
    files: { "hotpod.yaml": "raedy:\n  timeout: 5s\nlinger: soon\n" },
    env: { HOTPOD_GRACE: "30" },
    args: run("--debounce", "fast", "--", "true"),
    code: 2,
    says: [
      "hotpod: 4 mistakes in the settings:",
      '    --debounce: "fast" is not a duration',
      "      Durations are written 300ms, 5s, 1m30s or 0.",
      '    HOTPOD_GRACE: "30" is not a duration',
      "      It has no unit: 30s, or 30ms?",
      '    hotpod.yaml:1:1: unknown key "raedy"',
      '      Did you mean the section "ready"?',
      '    hotpod.yaml:3:9: linger: "soon" is not a duration',
      "      Durations are written 300ms, 5s, 1m30s or 0.",
      "  Nothing was started.",
    ],
  },
  {
    name: "no main package",
    files: { "go.mod": goMod, "lib.go": "package lib\n" },
    args: run("--listen", "none"),
    code: 2,
    says: [
      "hotpod: HERE holds no main package",
      "  Name the package to run with --package, for example --package ./cmd/api.",
    ],
  },
  {
    name: "a program that is not there",
    args: run("--listen", "none", "--", "no-such-program"),
    code: 2,
    says: [
      'hotpod: there is no program "no-such-program" here',
      "  Check the spelling, or give the full path.",
    ],
  },
  {
    name: "no Go",
    files: { "go.mod": goMod, "main.go": program },
    env: { PATH: "/nowhere" },
    args: run("--listen", "none"),
    code: 2,
    says: [
      "hotpod: there is no `go` in PATH",
      "  Use an image with the Go toolchain (golang:…), or --artifact FILE to run what is built elsewhere.",
    ],
  },
  {
    name: "a file of env.files that is not there",
    args: run("--listen", "none", "--env-files", "app.env", "--", "true"),
    code: 2,
    says: [
      "hotpod: HERE/app.env of env.files cannot be read: ENOENT",
      "  Correct env.files (--env-files), or make the file readable.",
    ],
  },
  {
    name: "an address of another machine",
    args: run("--listen", "192.0.2.1:8080", "--", "true"),
    code: 1,
    says: [
      "hotpod: cannot listen on 192.0.2.1:8080: this machine has no such address",
      "  Leave the host out (`:8080`) to listen on every address.",
    ],
  },
  {
    name: "ctl where no hotpod runs",
    args: ["ctl", "status"],
    code: 1,
    says: [
      "hotpod: no hotpod runs here: HERE/.hotpod/store/control.sock does not exist",
      "  Go to the folder where it runs, or name its socket: --control-socket PATH",
    ],
  },
  {
    name: "ctl logs",
    args: ["ctl", "logs"],
    code: 2,
    says: [
      "hotpod: hotpod keeps no logs: the service's output passes through unchanged",
      "  Read them where they go: the terminal, or kubectl logs. hotpod's own events: hotpod ctl events",
    ],
  },
];
