import { above, atMost, equals, predict } from "#lab/judge/prediction.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { GOOD, WRONG } from "./gate/artefacts.js";
import { askGate } from "./gate/ask-gate.js";
import { type GoRepository, goRepository } from "./gate/go-repository.js";
import { type StaleWord, stalePackages } from "./gate/stale-packages.js";

export const l409: Scenario = {
  id: "L409",
  chapter: 4,
  title: "go list -f {{.Stale}} as a release gate",
  claim: "A package with Stale=true has outdated dependencies, so the pipeline has to stop.",
  story: {
    before:
      "A module with one library and one dependency, in a repository. go list is asked in a fresh clone, after go build, go build -o, go install, a touch, a commit that changes no line, an edit, and for another system. Then ten programs that are wrong, each with another fault, beside a checkout where everything was just installed, which is Stale's best case; and ten good ones in a checkout as a pipeline has it after go build -o.",
    after: "hotpod gate about the same ten wrong programs and the same ten good ones.",
  },
  correction:
    "Stale says whether go install would do anything. The main package is stale in every state but right after go install, a library until the build cache has it; so the step stops every clean pipeline. And it does not look at the program that is shipped: of ten wrong ones it could tell one, whose module cache was edited.",
  advice: [
    "Do not stop a pipeline on go list -f {{.Stale}}.",
    "Build with -trimpath and -buildvcs=true in a checkout, and let hotpod gate --source . --binary FILE --rebuild compare.",
    "Compare the file in the image, too: hotpod gate --image.",
  ],
  rules: ["HP612", "HP613", "HP610"],
  settings: [],
  needs: ["linux", "go", "git"],
  budgetSeconds: 30,
  timed: false,
  tags: ["go", "gate"],
  measures: {
    states: { about: "states of the checkout, all of them good", unit: "states" },
    stopped: { about: "states in which some package was stale", unit: "states" },
    fresh: { about: "states in which the main package was not stale", unit: "" },
    library: { about: "states in which the library was stale", unit: "" },
    wrong: { about: "programs with a fault", unit: "programs" },
    found: { about: "of them, those that were stopped", unit: "programs" },
    named: { about: "of them, those whose fault was named", unit: "programs" },
    which: { about: "the wrong ones that were stopped", unit: "" },
    good: { about: "programs without a fault", unit: "programs" },
    alarms: { about: "of them, those that were stopped", unit: "programs" },
    took: { about: "time of one hotpod gate", unit: "ms" },
  },
  arms: [states(), staleOnPrograms(), gateOnPrograms()],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("stale.alarms", above(0), "good programs are stopped"),
        predict("stale.found", atMost(1), "and wrong ones are not"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("stale.alarms", equals(0), "no good program is stopped"),
        predict("stale.found", above(1), "and wrong ones are"),
      ],
    },
  ],
  headline: {
    before: "stale.found",
    after: "gate.found",
    about: "wrong programs that were stopped, of ten",
  },
  byHand: `git clone . /tmp/l409 && cd /tmp/l409 && export GOBIN=/tmp/l409-bin GOFLAGS=-trimpath
go list -f '{{.ImportPath}} {{.Stale}} {{.StaleReason}}' ./...   # a fresh clone: stale
go build ./... && go list -f '{{.ImportPath}} {{.Stale}}' ./...  # the main packages still are
go install ./... && go list -f '{{.Stale}}' ./...                # only now they are not
echo changed >> $GOBIN/api && go list -f '{{.Stale}}' ./...      # nor after the program was changed (api: yours)
hotpod gate --source . --binary $GOBIN/api --rebuild             # it says so`,
};

function states(): Arm {
  return {
    ...{ name: "states", side: "before", label: "go list, state by state", needs: [] },
    predictions: [
      predict("states", equals(8), "every state was asked about"),
      predict(
        "fresh",
        equals("install, touch"),
        "only an installed program is not stale; times of files do not count",
      ),
      predict(
        "library",
        equals("clone, edit, GOOS"),
        "a library is stale until the build cache has it",
      ),
      predict("stopped", equals(6), "so the step stops all that are not installed"),
    ],
    async run(bench, record) {
      const repository = await goRepository(bench);
      const seen = await inEveryState(bench, repository);
      const names = (match: (word: StaleWord) => boolean): string =>
        seen.flatMap(([name, word]) => (match(word) ? [name] : [])).join(", ");
      record.count("states", seen.length);
      record.count("stopped", seen.filter(([, { blocks }]) => blocks).length, seen.length);
      record.text(
        "fresh",
        names(({ main }) => !main),
      );
      record.text(
        "library",
        names(({ library }) => library),
      );
    },
  };
}

/** One after the other in one checkout. Another system is asked last, before anything was built for it. */
async function inEveryState(
  { files, processes }: LabBench,
  repository: GoRepository,
): Promise<(readonly [string, StaleWord])[]> {
  const { go, git } = repository;
  const cwd = await repository.clone("checkout");
  const seen: (readonly [string, StaleWord])[] = [];
  const built = async (args: readonly string[]): Promise<void> => {
    const end = await go(args, { cwd });
    if (end.code !== 0) throw new Error(`go ${args[0]} failed: ${end.stderr}`);
  };
  const look = async (name: string, act?: () => Promise<unknown>): Promise<void> => {
    await act?.();
    seen.push([name, await stalePackages(repository, { cwd })]);
  };
  await look("clone");
  await look("build", () => built(["build", "./..."]));
  await look("build -o", () => built(["build", "-o", "/dev/null", "."]));
  await look("install", () => built(["install", "."]));
  await look("touch", () => processes.run(["touch", `${cwd}/main.go`, `${cwd}/word/word.go`]));
  await look("commit", () => git(["commit", "-q", "--allow-empty", "-m", "no line"], cwd));
  await look("edit", async () => files.append(`${cwd}/word/word.go`, "\n// an edit\n"));
  await built(["install", "./..."]);
  seen.push(["GOOS", await stalePackages(repository, { cwd, env: OTHER_SYSTEM })]);
  return seen;
}

const OTHER_SYSTEM = { GOOS: "plan9" };

function staleOnPrograms(): Arm {
  return {
    ...{ name: "stale", side: "before", label: "stop where any package is stale", needs: [] },
    predictions: [
      predict("wrong", equals(WRONG.length), "every fault was made"),
      predict("found", atMost(1), "go list does not look at the program that is shipped"),
      predict("good", equals(GOOD.length), "every good program was built"),
      predict("alarms", equals(GOOD.length), "a program that was built with -o is not installed"),
    ],
    async run(bench, record) {
      const repository = await goRepository(bench);
      const alarms: string[] = [];
      for (const make of GOOD) {
        const { name, undo } = await make(bench, repository);
        if ((await stalePackages(repository)).blocks) alarms.push(name);
        undo?.();
      }
      const installed = await repository.go(["install", "./..."]);
      if (installed.code !== 0) throw new Error(`go install failed: ${installed.stderr}`);
      const found: string[] = [];
      for (const make of WRONG) {
        const { name, undo } = await make(bench, repository);
        if ((await stalePackages(repository)).blocks) found.push(name);
        undo?.();
      }
      record.count("wrong", WRONG.length);
      record.count("found", found.length, WRONG.length);
      record.text("which", found.join(", ") || "none");
      record.count("good", GOOD.length);
      record.count("alarms", alarms.length, GOOD.length);
    },
  };
}

function gateOnPrograms(): Arm {
  return {
    ...{ name: "gate", side: "after", label: "hotpod gate", needs: [] },
    predictions: [
      predict("wrong", equals(WRONG.length), "every fault was made"),
      predict("found", equals(WRONG.length), "the program itself is compared"),
      predict("named", equals(WRONG.length), "and the fault is named, not only suspected"),
      predict("good", equals(GOOD.length), "every good program was built"),
      predict("alarms", equals(0), "what is right gives the same bytes again"),
    ],
    async run(bench, record) {
      const repository = await goRepository(bench);
      const times: number[] = [];
      const ask = async (args: readonly string[]) => {
        const word = await askGate(bench, repository, ["--source", repository.folder, ...args]);
        times.push(word.tookMs);
        return word;
      };
      const alarms: string[] = [];
      for (const make of GOOD) {
        const { name, args, undo } = await make(bench, repository);
        const { passed, ids } = await ask(args);
        if (!passed) alarms.push(`${name} (${ids.join(", ")})`);
        undo?.();
      }
      const found: string[] = [];
      let named = 0;
      for (const make of WRONG) {
        const { name, args, wrong, undo } = await make(bench, repository);
        const { passed, ids } = await ask(args);
        if (!passed) found.push(name);
        if (wrong !== null && ids.includes(wrong)) named += 1;
        undo?.();
      }
      record.count("wrong", WRONG.length);
      record.count("found", found.length, WRONG.length);
      record.count("named", named, WRONG.length);
      record.text("which", [...found, ...alarms].join(", ") || "none");
      record.count("good", GOOD.length);
      record.count("alarms", alarms.length, GOOD.length);
      record.spread("took", times);
    },
  };
}
