import { above, atLeast, below, differs, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { TELLS_CGO, USES_USERS } from "#lab/programs/builds/cgo-programs.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { builtModule } from "./builds/build-module.js";

const PATIENCE_MS = 90_000;
/** With C, without, and the same again. */
const SETTINGS = ["1", "0", "1", "0"] as const;

export const l212: Scenario = {
  id: "L212",
  chapter: 2,
  title: "One build cache for cgo and without",
  claim:
    "Building alternately with CGO_ENABLED=1 and 0 over one build cache reuses objects that do not fit.",
  story: {
    before:
      "A program that uses os/user is built with cgo, without, with and without again, all with one build cache that was empty. Then it is built once with each setting, each with an empty cache of its own. The programs and their build ids are compared.",
    after:
      "hotpod builds and serves a program while build.env changes CGO_ENABLED between 1 and 0, with one build cache.",
  },
  correction:
    "The build cache holds each object under a hash of everything that went into it, and what a setting changes goes into it: the programs are, byte for byte, those of an empty cache. Only packages for which the setting makes a difference are compiled twice; all others are the same for both settings and are shared rightly. The module cache holds sources, no objects.",
  advice: [
    "Keep one GOCACHE for everything, on a volume that outlives the container; there is no need to clear it between settings.",
    "Two programs that differ have different inputs: compare `go version -m` of both, it shows CGO_ENABLED and all flags.",
  ],
  rules: ["HP609", "HP601"],
  settings: ["build.env", "store.dir"],
  needs: ["linux", "go", "cgo"],
  budgetSeconds: 40,
  timed: false,
  tags: ["go", "build"],
  measures: {
    with: { about: "SHA-256 of the program built with cgo", unit: "" },
    without: { about: "SHA-256 of the program built without", unit: "" },
    again: {
      about: "later builds that gave another program than the first of that setting",
      unit: "builds",
    },
    ids: { about: "different build ids", unit: "ids" },
    first: { about: "packages compiled by the first build", unit: "packages" },
    other: {
      about: "packages compiled when the setting changed for the first time",
      unit: "packages",
    },
    later: { about: "packages compiled by the builds after that", unit: "packages" },
    updates: { about: "builds that came to serve", unit: "updates" },
    wrong: {
      about: "answers by a program that was not built with the setting asked for",
      unit: "answers",
    },
    artifacts: { about: "different artifacts", unit: "artifacts" },
  },
  arms: [oneCache(), ownCache("own-with", "1"), ownCache("own-without", "0"), hotpodArm()],
  predictions: [
    predict(
      "one-cache.with",
      equals({ measure: "own-with.with" }),
      "with cgo, the cache of both settings gives what an empty one gives",
    ),
    predict(
      "one-cache.without",
      equals({ measure: "own-without.without" }),
      "and without cgo as well",
    ),
  ],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("one-cache.again", equals(0), "each setting gives one program"),
        predict("one-cache.with", equals({ measure: "own-with.with" }), "that of an empty cache"),
        predict("one-cache.without", equals({ measure: "own-without.without" }), "with either"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict(
          "one-cache.without",
          differs({ measure: "own-without.without" }),
          "what the other setting left was used",
        ),
      ],
    },
  ],
  headline: {
    before: "one-cache.again",
    after: "hotpod.wrong",
    about: "builds that took objects of the other setting",
  },
  byHand: `cat > main.go <<'END'
package main
import ("fmt"; "os/user")
func main() { fmt.Println(user.Current()) }
END
go mod init example.com/l212; export GOCACHE=/tmp/l212
for cgo in 1 0 1 0; do CGO_ENABLED=$cgo go build -v -o main . 2>&1 | wc -l; sha256sum main; done   # two sums, packages once
rm -rf /tmp/l212; CGO_ENABLED=0 go build -o main . && sha256sum main     # the same as above`,
};

interface Built {
  readonly sha256: string;
  readonly buildId: string;
  readonly compiled: number;
}

/** Builds it with that setting and that cache, and looks what came of it. */
async function build(bench: LabBench, cgo: string, cache: string): Promise<Built> {
  const { files, folder, processes } = bench;
  const end = await builtModule(bench, {
    name: "app",
    source: USES_USERS,
    // Where the module lies would be part of the program.
    args: ["-trimpath", "-v"],
    env: { CGO_ENABLED: cgo, GOCACHE: `${folder}/${cache}` },
  });
  const { stdout } = await processes.run(["go", "tool", "buildid", end.path]);
  const compiled = end.stderr.split("\n").filter((line) => /^[\w./-]+$/.test(line)).length;
  return { sha256: files.sha256(end.path), buildId: stdout.trim(), compiled };
}

function oneCache(): Arm {
  return {
    ...{ name: "one-cache", side: "before", label: "cgo 1, 0, 1, 0 over one cache", needs: [] },
    predictions: [
      predict("again", equals(0), "an object is found by what it was made of, not by its name"),
      predict("ids", equals(2), "one program for each setting"),
      predict("other", atLeast(1), "what the setting changes is compiled for each"),
      predict("other", below({ measure: "first" }), "the rest is the same, and shared"),
      predict("later", equals(0), "after that each setting finds its own objects"),
    ],
    async run(bench, record) {
      const builds: Built[] = [];
      for (const [index, cgo] of SETTINGS.entries()) {
        const began = bench.clock.nowMs();
        const built = await build(bench, cgo, "cache");
        record.span("builds", began, bench.clock.nowMs(), `${index + 1}: cgo ${cgo}`, "busy");
        builds.push(built);
      }
      const [first, other, ...later] = builds as [Built, Built, ...Built[]];
      record.text("with", first.sha256);
      record.text("without", other.sha256);
      const strays = later.filter(({ sha256 }, at) => sha256 !== builds[at]?.sha256);
      record.count("again", strays.length, later.length);
      record.count("ids", new Set(builds.map(({ buildId }) => buildId)).size, builds.length);
      record.count("first", first.compiled);
      record.count("other", other.compiled);
      record.count(
        "later",
        later.reduce((sum, { compiled }) => sum + compiled, 0),
      );
    },
  };
}

function ownCache(name: string, cgo: "1" | "0"): Arm {
  return {
    ...{ name, side: "before", label: `cgo ${cgo} with an empty cache of its own`, needs: [] },
    predictions: [predict("first", above(0), "nothing was there that could be used")],
    async run(bench, record) {
      const { sha256, compiled } = await build(bench, cgo, "cache");
      record.text(cgo === "1" ? "with" : "without", sha256);
      record.count("first", compiled);
    },
  };
}

function hotpodArm(): Arm {
  const label = "hotpod run, build.env changes between both";
  return {
    ...{ name: "hotpod", side: "after", label, needs: [] },
    predictions: [
      predict("updates", equals(SETTINGS.length - 1), "each change of the setting came to serve"),
      predict("wrong", equals(0), "and serves what was asked for"),
      predict("artifacts", equals(2), "the same inputs gave the same artifact, found in the store"),
    ],
    async run(bench, record) {
      const { files, folder, network } = bench;
      const cwd = `${folder}/service`;
      files.makeFolder(cwd);
      files.write(`${cwd}/go.mod`, "module lab\n\ngo 1.24\n");
      files.write(`${cwd}/main.go`, TELLS_CGO);
      const set = (cgo: string): void =>
        files.write(`${cwd}/hotpod.yaml`, `build:\n  env:\n    CGO_ENABLED: "${cgo}"\n`);
      set(SETTINGS[0]);
      const hotpod = await bench.hotpod({ cwd, args: ["--recipe", "go", "--linger", "100ms"] });
      const { notices } = hotpod;
      let [updates, wrong] = [0, 0];
      const artifacts = new Set<string>();
      for (const [index, cgo] of SETTINGS.entries()) {
        if (index > 0) {
          const from = notices.items.length;
          set(cgo);
          hotpod.signal("SIGHUP");
          await untilRead(bench, hotpod.output, index);
          hotpod.signal("SIGUSR2");
          record.mark(`CGO_ENABLED=${cgo}`);
          const isPromoted = ({ kind }: { kind: string }): boolean => kind === "promoted";
          await notices.until(`cgo ${cgo}`, isPromoted, from, PATIENCE_MS);
          updates += 1;
        }
        const end = await network.ask({ port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS });
        if (end.kind !== "answered" || end.body.trim() !== cgo) wrong += 1;
      }
      for (const notice of notices.items) {
        if (notice.kind === "promoted") artifacts.add(notice.artifact.id);
      }
      record.count("updates", updates);
      record.count("wrong", wrong, SETTINGS.length);
      record.count("artifacts", artifacts.size);
      drawNotices(record, notices.items, bench.clock.nowMs());
    },
  };
}

/** Until hotpod has said so often that its settings have changed. */
async function untilRead(
  { clock }: LabBench,
  output: readonly string[],
  times: number,
): Promise<void> {
  const deadline = clock.nowMs() + PATIENCE_MS;
  const said = (): number => output.filter((line) => line.includes("settings changed")).length;
  while (said() < times) {
    if (clock.nowMs() > deadline) throw new Error("hotpod never said that its settings changed");
    await clock.wait(10);
  }
}
