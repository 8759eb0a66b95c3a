// node -C source --import tsx bench/kept-connections.ts [--only NAME]… [--swaps N] [--every MS] [--thinking N] [--out FOLDER]: what swaps do
// to clients that keep their connections and never retry, under hotpod and its peers, one after the other; writes DATE.json, in
// bench/moves unless told otherwise. Needs go; nginx where it is to be measured.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { interruption } from "#edge/demo/interruption.js";
import { type Cleanups, createCleanups } from "#edge/observe/cleanups.js";
import { describeMachine, machineText } from "#edge/observe/machine.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type KeptReport, type KeptShape, startKeptClients } from "./moves/kept-clients.js";
import { SUBJECTS, type Subject } from "./moves/subjects.js";
import { buildProgram } from "./programs/build-program.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: Object.keys(SUBJECTS) },
    swaps: { type: "string", default: "100" },
    every: { type: "string", default: "1000" },
    thinking: { type: "string", default: "500" },
    out: { type: "string", default: join("bench", "moves") },
  },
});
const swaps = Number(values.swaps);
const everyMs = Number(values.every);
const shape: KeptShape = {
  thinking: Number(values.thinking),
  thinkSeconds: 60,
  fast: 4,
  pipelining: 8,
};

interface Row {
  readonly name: string;
  readonly how: string;
  readonly tookSeconds: number;
  /** Processes that ran or wanted to, on average over the last minute of the run. */
  readonly loadAverage: number;
  readonly requests: number;
  readonly failed: number;
  readonly connectionsClosed: number;
  readonly clients: KeptReport;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(subject: Subject, clients: string, cleanups: Cleanups): Promise<Row> {
  const { port, swap } = await subject.start(cleanups);
  const load = await startKeptClients(clients, ["127.0.0.1", port], shape);
  cleanups.add(() => load.kill());
  const begunMs = performance.now();
  for (let done = 0; done < swaps; done++) {
    await Promise.all([swap(), pause(everyMs)]);
  }
  const tookSeconds = Math.round((performance.now() - begunMs) / 1_000);
  const report = await load.stop();
  const kinds = [report.thinking, report.fast, report.pipelining];
  const sum = (of: "requests" | "failed" | "closed"): number =>
    kinds.reduce((all, kind) => all + kind[of], 0);
  return {
    name: subject.name,
    how: subject.how,
    tookSeconds,
    loadAverage: Math.round(loadavg()[0] ?? 0),
    requests: sum("requests"),
    failed: sum("failed"),
    connectionsClosed: sum("closed"),
    clients: report,
  };
}

let current: Cleanups = createCleanups();
void interruption().then(async () => {
  await current.run();
  process.exit(130);
});

ensureBundle();
const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-moves-"));
const rows: Row[] = [];
const missing: { name: string; why: string }[] = [];
try {
  const clients = await buildProgram("clients", folder);
  for (const name of values.only) {
    const subject = SUBJECTS[name];
    if (subject === undefined) {
      throw new Error(`--only ${name}: it is one of ${Object.keys(SUBJECTS).join(", ")}`);
    }
    current = createCleanups();
    try {
      const row = await measure(subject, clients, current);
      console.error(JSON.stringify(row));
      rows.push(row);
    } catch (error) {
      console.error(error);
      missing.push({ name: subject.name, why: (error as Error).message.split("\n")[0] ?? "" });
    } finally {
      await current.run();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const date = new Date().toISOString().slice(0, 10);
const told = ["bench/kept-connections.ts", ...process.argv.slice(2)].join(" ");
const result = {
  date,
  command: `node -C source --import tsx ${told}`,
  machine: machineText(describeMachine()),
  swaps,
  everyMs,
  clients: shape,
  rows,
  missing,
};
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, `${date}.json`), `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
