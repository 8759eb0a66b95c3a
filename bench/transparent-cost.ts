// node -C source --import tsx bench/transparent-cost.ts: what the exchange of binds costs a service, at its start and while it runs, with
// runs in turn; writes bench/transparent/DATE.json. `running`, `services`, `fileCalls` or `start` behind it measures
// that anew. Needs go, nginx and redis.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBundle } from "#edge/observe/own-command.js";
import { buildGo } from "./transparent/build-go.js";
import { measureFileCalls } from "./transparent/measure-file-calls.js";
import { measureServices } from "./transparent/measure-services.js";
import { measureStarts } from "./transparent/measure-starts.js";

const ROUNDS = 11;
const STARTS = 25;
const SERVICE_ROUNDS = 80;
const UNDER = ["none", "allow", "binds", "files", "reads", "profile", "binds,profile"] as const;
type Under = (typeof UNDER)[number];

/** Prints nanoseconds of each kind of call and of a request, the fastest of many short runs: what others do on the machine only makes it slower. */
const CALLS = `package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"syscall"
	"time"
)

func fastest(runs, calls int, call func()) float64 {
	best := time.Hour
	for run := 0; run < runs; run++ {
		start := time.Now()
		for i := 0; i < calls; i++ {
			call()
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / float64(calls)
}

// A kept connection over loopback, client and server in one program, both of them under the filter.
func request() func() {
	// Nobody answers binds here; listen(2) chooses a port by itself.
	socket, _ := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	syscall.Listen(socket, 128)
	listener, err := net.FileListener(os.NewFile(uintptr(socket), "http"))
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) }))
	url := fmt.Sprintf("http://127.0.0.1:%d", listener.Addr().(*net.TCPAddr).Port)
	return func() {
		answer, err := http.Get(url)
		if err != nil {
			panic(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

func main() {
	runtime.LockOSThread()
	zero, _ := syscall.Open("/dev/zero", syscall.O_RDONLY, 0)
	bytes := make([]byte, 512)
	pair, _ := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	message := make([]byte, 64)
	getppid := fastest(40, 4000, func() { syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0) })
	read := fastest(40, 4000, func() { syscall.Read(zero, bytes) })
	passed := fastest(160, 250, func() {
		syscall.Write(pair[0], message)
		syscall.Read(pair[1], message)
	})
	runtime.UnlockOSThread()
	fmt.Printf("[%f, %f, %f, %f]", getppid, read, passed, fastest(400, 20, request()))
}
`;

type Calls = readonly [getppid: number, read: number, message: number, request: number];

type Place = 0 | 1 | 2 | 3;

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
  const of = (place: Place): number => round(middle(runs.map((run) => run[place])), 1);
  return { getppidNs: of(0), readNs: of(1), messageNs: of(2), requestNs: of(3) };
}

/** The middle of what each round says, for the machine's pace changes between rounds more than within one. */
function ratios(runs: readonly Calls[], beside: readonly Calls[]) {
  const of = (place: Place): number =>
    round(middle(runs.map((run, at) => run[place] / (beside[at]?.[place] ?? Number.NaN))), 3);
  return { getppid: of(0), read: of(1), message: of(2), request: of(3) };
}

async function measureRunning(folder: string) {
  const program = buildGo(folder, "calls", CALLS);
  const none = Object.fromEntries(UNDER.map((under) => [under, []]));
  const runs = none as unknown as Record<Under, Calls[]>;
  for (let at = 0; at < ROUNDS; at++) {
    // Each is first as often as it is last.
    for (const under of at % 2 === 0 ? UNDER : UNDER.toReversed()) {
      runs[under].push(measureCalls(program, under));
    }
    console.error(`round ${at + 1} of ${ROUNDS}`);
  }
  return {
    rounds: ROUNDS,
    medians: {
      bare: summary(runs.none),
      bareWithSmallest: summary(runs.allow),
      bareWithBinds: summary(runs.binds),
      bareWithFiles: summary(runs.files),
      bareWithOneThatRuns: summary(runs.reads),
      profile: summary(runs.profile),
      profileWithBinds: summary(runs["binds,profile"]),
    },
    besideProfile: ratios(runs["binds,profile"], runs.profile),
    besideBare: ratios(runs.binds, runs.none),
    besideSmallest: ratios(runs.binds, runs.allow),
  };
}

const measures = {
  running: measureRunning,
  services: (folder: string) => measureServices(folder, SERVICE_ROUNDS),
  fileCalls: measureFileCalls,
  start: (folder: string) => measureStarts(folder, STARTS),
};

ensureBundle();
const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-transparent-"));
const date = new Date().toISOString().slice(0, 10);
const file = `bench/transparent/${date}.json`;
const wanted = process.argv.slice(2);
try {
  const parts: Record<string, unknown> = {};
  for (const [name, measure] of Object.entries(measures)) {
    if (wanted.length === 0 || wanted.includes(name)) parts[name] = await measure(folder);
  }
  const report = {
    date,
    command: "node -C source --import tsx bench/transparent-cost.ts",
    machine: { cores: cpus().length, kernel: release(), node: process.version },
    ...(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}),
    ...parts,
  };
  mkdirSync("bench/transparent", { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
