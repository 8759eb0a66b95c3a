import { above, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import {
  CONFIG_SERVICE,
  NO_FIRST_STORE,
  OTHER_TYPE,
  OVERWRITE_CODE,
  SHARED_MAP,
  TORN_FIELDS,
  WHOLE_OBJECT,
} from "#lab/programs/go-data.js";
import type { Arm, Scenario } from "#lab/scenario.js";

const CHANGES = 20;
const PATIENCE_MS = 60_000;

export const l201: Scenario = {
  id: "L201",
  chapter: 2,
  title: "Replacing data in a running Go process",
  claim: "Code cannot be replaced in a running Go process; data behind an atomic.Value can.",
  story: {
    before:
      "Small Go programs: a configuration of two fields written one after the other while others read it; a map written and read at once; an atomic.Value read too early, and one given another type; a write over the program's own code.",
    after:
      "A Go service that holds its configuration behind an atomic pointer, under hotpod with config.watch; the file changes twenty times while a client asks.",
  },
  correction:
    "True for data, under three conditions: the whole object is swapped (never field by field), something was stored before the first read, and it is always of one type.",
  advice: [
    "Keep configuration behind atomic.Pointer[Config], and store a new object each time.",
    "Store a default before anything reads.",
    "For code, start a new process beside the old one and hand the socket over.",
  ],
  rules: ["HP1205"],
  settings: ["config.watch"],
  needs: ["linux", "go"],
  budgetSeconds: 10,
  timed: false,
  tags: ["go", "data"],
  measures: {
    reads: { about: "reads of the configuration", unit: "reads" },
    torn: { about: "reads that saw half of one configuration and half of another", unit: "reads" },
    end: { about: "how the program ended", unit: "" },
    words: { about: "what it said", unit: "" },
    changes: { about: "changes of the file that clients came to see", unit: "changes" },
    pids: { about: "processes that answered", unit: "processes" },
  },
  arms: [
    reading("fields", "before", "two fields, written one after the other", TORN_FIELDS, [
      predict("torn", above(0), "a reader can come between the two writes"),
    ]),
    reading(
      "whole-object",
      "before",
      "the same, a whole object swapped (the remedy)",
      WHOLE_OBJECT,
      [predict("torn", equals(0), "a pointer leads to the old object or to the new one")],
    ),
    dying(
      "map",
      "a map written and read at once",
      SHARED_MAP,
      /concurrent map (read and map write|writes|iteration)/,
    ),
    dying(
      "no-first-store",
      "atomic.Value read before the first Store",
      NO_FIRST_STORE,
      /interface conversion: interface \{\} is nil, not \*main\.Config/,
    ),
    dying(
      "other-type",
      "atomic.Value given another type",
      OTHER_TYPE,
      /store of inconsistently typed value into Value/,
    ),
    dying(
      "code",
      "a write over the program's own code",
      OVERWRITE_CODE,
      /unexpected fault address|SIGSEGV/,
    ),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("whole-object.torn", equals(0), "data can be replaced"),
        predict("fields.torn", above(0), "but only as a whole"),
        predict("code.end", equals("2"), "and code cannot"),
      ],
    },
    { verdict: "confirmed", when: [predict("fields.torn", equals(0), "in any way")] },
    {
      verdict: "refuted",
      when: [predict("whole-object.torn", above(0), "not even a swapped object is safe")],
    },
  ],
  headline: { before: "fields.torn", after: "hotpod.torn", about: "torn reads" },
  byHand: `cat > main.go <<'END'
package main
type Config struct{ A, B int }
var config Config
//go:noinline
func set(i int) { config.A = i; config.B = i }
//go:noinline
func get() (int, int) { return config.A, config.B }
func main() {
	go func() { for i := 0; ; i++ { set(i) } }()
	for n := 0; n < 100000000; n++ { if a, b := get(); a != b { println("torn", a, b); return } }
}
END
go run main.go          # torn; go run -race main.go names the race`,
};

function reading(
  name: string,
  side: "before" | "after",
  label: string,
  source: string,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side, label, needs: [] },
    predictions: [
      predict("reads", above(10_000), "fewer reads would prove nothing"),
      ...predictions,
    ],
    async run(bench, record) {
      const program = await bench.goProgram(name, source);
      const { stdout } = await bench.processes.run([program]);
      const figure = (key: string): number =>
        Number(new RegExp(`^${key} (\\d+)$`, "m").exec(stdout)?.[1] ?? Number.NaN);
      const reads = figure("reads");
      record.count("reads", reads);
      record.count("torn", figure("torn"), reads);
    },
  };
}

function dying(name: string, label: string, source: string, words: RegExp): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("end", equals("2"), "the Go runtime ends the program"),
      predict("words", matches(words), "and says why"),
    ],
    async run(bench, record) {
      const program = await bench.goProgram(name, source);
      const { code, signal, stderr } = await bench.processes.run([program]);
      record.text("end", `${signal ?? code}`);
      record.text("words", stderr.split("\n").slice(0, 2).join(" ").trim());
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "config.watch, twenty changes", needs: [] },
    predictions: [
      predict("changes", equals(CHANGES), "every change came to be answered"),
      predict("torn", equals(0), "the service swaps a whole object"),
      predict("pids", equals(1), "data needs no new process"),
    ],
    async run(bench, record) {
      const { files, folder, network } = bench;
      const cwd = `${folder}/service`;
      files.makeFolder(cwd);
      files.copy(await bench.goProgram("config-service", CONFIG_SERVICE), `${cwd}/app`);
      const write = (round: number): void => {
        files.write(`${folder}/config.new`, `${round} ${round}\n`);
        files.rename(`${folder}/config.new`, `${cwd}/config`);
      };
      write(0);
      const hotpod = await bench.hotpod({
        cwd,
        args: [
          ...["--recipe", "none", "--watch", "app"],
          ...["--config-watch", `${cwd}/config=SIGHUP`, "--", "./app"],
        ],
      });
      const pids = new Set<string>();
      let [reads, torn, changes] = [0, 0, 0];
      const ask = async (): Promise<number> => {
        const end = await network.ask({ port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS });
        const [a = "", b = "", pid = ""] =
          end.kind === "answered" ? end.body.trim().split(" ") : [];
        reads += 1;
        if (a !== b) torn += 1;
        pids.add(pid);
        return Number(a);
      };
      for (let round = 1; round <= CHANGES; round += 1) {
        write(round);
        record.mark(`change ${round}`);
        const deadline = bench.clock.nowMs() + PATIENCE_MS;
        while ((await ask()) !== round) {
          if (bench.clock.nowMs() > deadline) throw new Error(`change ${round} was never answered`);
        }
        changes += 1;
      }
      record.count("changes", changes);
      record.count("reads", reads);
      record.count("torn", torn, reads);
      record.count("pids", pids.size);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
