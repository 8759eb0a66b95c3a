// node -C source --import tsx bench/transparent-cost.ts: what the exchange of binds costs a service, at its start and while it runs, with
// runs in turn; writes bench/transparent/DATE.json. Needs go.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBundle } from "#edge/observe/own-command.js";
import { buildGo } from "./transparent/build-go.js";
import { measureFileCalls } from "./transparent/measure-file-calls.js";
import { measureStarts } from "./transparent/measure-starts.js";

const ROUNDS = 11;
const STARTS = 25;
const UNDER = ["none", "binds", "profile", "binds,profile"] as const;
type Under = (typeof UNDER)[number];

/** Prints nanoseconds of each kind of call, the fastest of many short runs: what others do on the machine only makes it slower. */
const CALLS = `package main

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

func fastest(call func()) float64 {
	best := time.Hour
	for run := 0; run < 40; run++ {
		start := time.Now()
		for i := 0; i < 4000; i++ {
			call()
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / 4000
}

func main() {
	runtime.LockOSThread()
	zero, _ := syscall.Open("/dev/zero", syscall.O_RDONLY, 0)
	bytes := make([]byte, 512)
	getppid := fastest(func() { syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0) })
	read := fastest(func() { syscall.Read(zero, bytes) })
	fmt.Printf("[%f, %f]", getppid, read)
}
`;

type Calls = readonly [getppid: number, read: number];

function measureCalls(program: string, under: Under): Calls {
  const filters = join(import.meta.dirname, "../test/real/programs/under-filters.ts");
  const flags = ["-C", "source", "--import", "tsx", filters, under, program];
  const ran = spawnSync(process.execPath, flags, { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Calls;
}

const middle = (all: readonly number[]): number =>
  all.toSorted((one, other) => one - other)[all.length >> 1] ?? Number.NaN;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function summary(runs: readonly Calls[]) {
  const of = (place: 0 | 1): number => round(middle(runs.map((run) => run[place])), 1);
  return { getppidNs: of(0), readNs: of(1) };
}

/** The middle of what each round says, for the machine's pace changes between rounds more than within one. */
function ratios(runs: readonly Calls[], beside: readonly Calls[]) {
  const of = (place: 0 | 1): number =>
    round(middle(runs.map((run, at) => run[place] / (beside[at]?.[place] ?? Number.NaN))), 3);
  return { getppid: of(0), read: of(1) };
}

ensureBundle();
const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-transparent-"));
try {
  const program = buildGo(folder, "calls", CALLS);
  const runs: Record<Under, Calls[]> = { none: [], binds: [], profile: [], "binds,profile": [] };
  for (let at = 0; at < ROUNDS; at++) {
    // Each is first as often as it is last.
    for (const under of at % 2 === 0 ? UNDER : UNDER.toReversed()) {
      runs[under].push(measureCalls(program, under));
    }
    console.error(`round ${at + 1} of ${ROUNDS}`);
  }
  const starts = await measureStarts(folder, STARTS);
  const date = new Date().toISOString().slice(0, 10);
  const report = {
    date,
    command: "node -C source --import tsx bench/transparent-cost.ts",
    machine: { cores: cpus().length, kernel: release(), node: process.version },
    running: {
      rounds: ROUNDS,
      medians: {
        bare: summary(runs.none),
        bareWithBinds: summary(runs.binds),
        profile: summary(runs.profile),
        profileWithBinds: summary(runs["binds,profile"]),
      },
      besideProfile: ratios(runs["binds,profile"], runs.profile),
      besideBare: ratios(runs.binds, runs.none),
    },
    fileCalls: await measureFileCalls(folder),
    start: starts,
  };
  mkdirSync("bench/transparent", { recursive: true });
  writeFileSync(`bench/transparent/${date}.json`, `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
