import type { Need } from "#lab/need.js";
import { airCommand } from "#lab/programs/builds/air.js";
import { RELOAD_MODEL } from "#lab/programs/reload-model.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** A reload tool that runs `node app.mjs`, as people start it, and what is expected of it as PID 1. */
export interface ReloadTool {
  readonly name: string;
  readonly label: string;
  readonly needs: readonly Need[];
  /** Writes into the folder what the tool needs; its command there. */
  command(bench: LabBench, cwd: string): readonly string[];
  /** What the service is told at SIGTERM, and why. */
  readonly told: readonly [words: RegExp, because: string];
  /** Whether the container ends at SIGTERM, within the grace. */
  readonly ends: boolean;
  /** Of fifty orphans; null: it reaps some or all of them, as it happens. */
  readonly zombies: number | null;
}

const KILLED = "the tool kills it, or its end as PID 1 does";
const SERVICE = "node app.mjs";

export const RELOAD_TOOLS: readonly ReloadTool[] = [
  {
    ...{ name: "model", label: "model of air", needs: [] },
    command({ files }, cwd) {
      files.write(`${cwd}/tool.mjs`, RELOAD_MODEL);
      return ["node", "tool.mjs", "node", "app.mjs"];
    },
    ...{ told: [/^none$/, KILLED], ends: true, zombies: 50 },
  },
  {
    ...{ name: "air", label: "air", needs: ["air"] },
    command: (bench, cwd) => airCommand(bench, { cwd, build: "true", command: `exec ${SERVICE}` }),
    ...{ told: [/^none$/, KILLED], ends: true, zombies: 50 },
  },
  {
    ...{ name: "reflex", label: "reflex -s", needs: ["reflex"] },
    command: (bench) => [
      ...[bench.program("reflex"), "-s", "-r", "\\.mjs$", "--", "node", "app.mjs"],
    ],
    ...{ told: [/^SIGINT/, "reflex turns every stop into SIGINT"], ends: true, zombies: 50 },
  },
  {
    ...{ name: "compile-daemon", label: "CompileDaemon", needs: ["CompileDaemon"] },
    command: (bench) => compileDaemon(bench),
    ...{ told: [/^none$/, KILLED], ends: true, zombies: 50 },
  },
  {
    name: "compile-daemon-graceful",
    ...{ label: "CompileDaemon -graceful-kill", needs: ["CompileDaemon"] },
    command: (bench) => [...compileDaemon(bench), "-graceful-kill=true"],
    ...{ told: [/^SIGTERM/, "asked to, it passes SIGTERM on and waits"], ends: true, zombies: 50 },
  },
  {
    ...{ name: "nodemon", label: "nodemon app.mjs", needs: ["nodemon"] },
    command: (bench) => [bench.program("nodemon"), "--quiet", "--watch", "app.mjs", "app.mjs"],
    ...{ told: [/^SIGTERM/, "nodemon passes it to a script that it runs itself"] },
    ...{ ends: true, zombies: 50 },
  },
  {
    ...{ name: "nodemon-exec", label: "nodemon --exec", needs: ["nodemon"] },
    command: (bench) => [
      ...[bench.program("nodemon"), "--quiet", "--watch", "app.mjs", "--exec", `${SERVICE}; true`],
    ],
    ...{ told: [/^none$/, "it tells the shell, ends, and as PID 1 takes everybody along"] },
    ...{ ends: true, zombies: 50 },
  },
  {
    ...{ name: "entr", label: "entr -r, started by exec", needs: ["entr"] },
    command({ files, program }, cwd) {
      files.write(`${cwd}/watched`, "app.mjs\n");
      return ["sh", "-c", `exec ${program("entr")} -n -r ${SERVICE} < watched`];
    },
    told: [/^SIGTERM/, "entr passes it on, and then raises it against itself"],
    ...{ ends: false, zombies: null },
  },
  {
    ...{ name: "entr-pipe", label: "ls | entr -r in a shell", needs: ["entr"] },
    command: ({ program }) => ["sh", "-c", `ls *.mjs | ${program("entr")} -n -r ${SERVICE}`],
    told: [/^none$/, "PID 1 is the shell, which has no handler and tells nobody"],
    ...{ ends: false, zombies: null },
  },
];

function compileDaemon(bench: LabBench): readonly string[] {
  return [
    bench.program("CompileDaemon"),
    ...["-build=true", `-command=${SERVICE}`, "-pattern=(.+\\.mjs)$"],
  ];
}
