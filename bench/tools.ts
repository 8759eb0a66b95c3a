import { join } from "node:path";

/** A reloader under measurement. */
export interface ReloadTool {
  readonly name: string;
  /** The program it needs, and where that comes from. */
  readonly needs: Program;
  /** What is run in the service's folder. */
  command(place: Place): readonly string[];
  /** What differs from its defaults, for the table's readers. */
  readonly note: string;
}

export type Program =
  | { readonly kind: "own" }
  | {
      readonly kind: "go";
      readonly module: string;
      readonly version: string;
      readonly file: string;
    }
  | { readonly kind: "npm"; readonly package: string; readonly file: string }
  | { readonly kind: "system"; readonly file: string; readonly package: string };

export interface Place {
  /** The program's own path. */
  readonly program: string;
  readonly port: number;
  readonly probesPort: number;
  readonly ownFolder: string;
  /** How hotpod is started. */
  readonly hotpod: readonly string[];
}

const go = (module: string, version: string, file: string): Program => ({
  kind: "go",
  module: `github.com/${module}`,
  version,
  file,
});

const AIR = go("air-verse/air", "v1.67.4", "air");

/** What a person writes for a tool that only runs commands. */
const BUILD_AND_RUN = "go build -o tmp/main . && exec ./tmp/main";

/** Everybody edits, builds and serves the same program; the versions are pinned, so that a table can be made again. */
export const TOOLS: readonly ReloadTool[] = [
  {
    name: "hotpod",
    needs: { kind: "own" },
    note: "defaults",
    command: ({ hotpod, port, probesPort, ownFolder }) => [
      ...hotpod,
      "run",
      ...["--listen", `127.0.0.1:${port}`, "--probes-listen", `127.0.0.1:${probesPort}`],
      ...["--control-socket", join(ownFolder, "control.sock")],
      ...["--store-dir", join(ownFolder, "store")],
    ],
  },
  {
    name: "air",
    needs: AIR,
    note: "defaults",
    command: ({ program }) => [program],
  },
  {
    name: "air, tuned",
    needs: AIR,
    note: "delay 100 ms, send_interrupt, kill_delay 2 s, exclude_unchanged",
    command: ({ program }) => [
      program,
      ...["--build.delay", "100", "--build.send_interrupt", "true", "--build.kill_delay", "2s"],
      ...["--build.exclude_unchanged", "true"],
    ],
  },
  {
    name: "wgo",
    needs: go("bokwoon95/wgo", "v0.5.14", "wgo"),
    note: "defaults",
    command: ({ program }) => [program, "run", "."],
  },
  {
    name: "CompileDaemon",
    needs: go("githubnemo/CompileDaemon", "v1.4.0", "CompileDaemon"),
    note: "graceful-kill",
    command: ({ program }) => [
      program,
      "-build=go build -o tmp/main .",
      "-command=./tmp/main",
      "-graceful-kill=true",
    ],
  },
  {
    name: "reflex",
    needs: go("cespare/reflex", "v0.3.1", "reflex"),
    note: "as a service (-s)",
    command: ({ program }) => [program, "-s", "-r", "\\.go$", "--", "sh", "-c", BUILD_AND_RUN],
  },
  {
    name: "entr",
    needs: { kind: "system", file: "entr", package: "entr" },
    note: "restart (-r)",
    command: ({ program }) => [
      "sh",
      "-c",
      `ls *.go | exec ${program} -n -r sh -c '${BUILD_AND_RUN}'`,
    ],
  },
  {
    name: "nodemon",
    needs: { kind: "npm", package: "nodemon@3.1.14", file: "nodemon" },
    note: "SIGTERM: a Go service does not end by its default, SIGUSR2",
    command: ({ program }) => [
      program,
      ...["--quiet", "--watch", ".", "--ext", "go", "--signal", "SIGTERM"],
      ...["--exec", BUILD_AND_RUN],
    ],
  },
];
