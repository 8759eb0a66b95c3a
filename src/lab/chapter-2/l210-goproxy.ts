import { atLeast, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";
import {
  codeOf,
  complaintOf,
  editCached,
  type GoModules,
  goModules,
  type ProxyName,
  sumFrom,
} from "./builds/go-modules.js";
import { podThatBuilds } from "./builds/pod-that-builds.js";

const ASKS = 20;
const [OF_A, OF_B, NOTHING] = ["the code of A", "the code of B", "nothing"];
const MISMATCH = /checksum mismatch.*SECURITY ERROR/;

export const l210: Scenario = {
  id: "L210",
  chapter: 2,
  title: "Another module proxy, another program",
  claim:
    "The module cache is not bound to checksums; another GOPROXY may give other code for the same go.mod.",
  story: {
    before:
      "Two module proxies in folders, A and B, serve different code under the same name and version; B has a newer version as well. The checksum database is off (GOSUMDB=off), so that nothing but go.sum stands between. One small module is built with each, with go.sum and without, with a fresh module cache and with a warm one, and with a module cache that somebody has edited.",
    after:
      "hotpod builds and serves with A. Then the proxy serves B's code, the module cache is gone and a file is saved; then go.sum is deleted; then everything is put back. Then an edited module cache, without `go mod verify` before the build and with it.",
  },
  correction:
    "go.sum binds every module to its checksum, and a cache that does not fit is refused as well as a proxy: no build with a go.sum took other code. What does give other code, silently: a deleted go.sum (or none) with -mod=mod, go get or go mod tidy; @latest; and a module cache that was edited after it was filled, which only `go mod verify` sees.",
  advice: [
    "Keep go.sum in version control, and leave -mod at readonly: a missing or wrong sum is then an error.",
    "Leave GOSUMDB on for public modules; it is what checks a sum that is new.",
    "Put `go mod verify` before the build where others can write to the module cache: build.before in hotpod.yaml.",
    "Pin versions; never build with @latest.",
  ],
  rules: ["HP604", "HP605", "HP606", "HP609"],
  settings: ["recipe", "build.env", "build.before"],
  needs: ["linux", "go"],
  budgetSeconds: 15,
  timed: false,
  tags: ["go", "build"],
  measures: {
    code: { about: "whose code the program holds", unit: "" },
    complaint: { about: "what Go complained of", unit: "" },
    verify: { about: "what go mod verify said", unit: "" },
    refused: { about: "builds that hotpod reported as failed", unit: "builds" },
    asks: { about: "requests of a client after the refusals", unit: "requests" },
    unanswered: { about: "requests without an answer", unit: "requests" },
    restored: {
      about: "what is served once everything is put back and one more save made",
      unit: "",
    },
  },
  arms: [
    building("no-sum", "no go.sum", {
      act: ({ go }) => go(BUILD, "A", "fresh"),
      code: [NOTHING, "-mod=readonly, Go's default, adds nothing to go.sum"],
      complaint: [/missing go\.sum entry/, "and says what is missing"],
    }),
    building("no-sum-mod", "no go.sum, -mod=mod, proxy B", {
      act: ({ go }) => go(BUILD, "B", "fresh", "-mod=mod"),
      code: [OF_B, "-mod=mod writes down whatever came, and goes on"],
      complaint: [/^none$/, "silently"],
    }),
    building("fresh-b", "go.sum of A, proxy B, fresh cache", {
      sumOf: "A",
      act: ({ go }) => go(BUILD, "B", "fresh"),
      code: [NOTHING, "what comes is compared with go.sum"],
      complaint: [MISMATCH, "and refused"],
    }),
    building("warm-a", "go.sum of A, proxy B, cache filled from A", {
      sumOf: "A",
      act: ({ go }) => go(BUILD, "B", "A"),
      code: [OF_A, "nothing is fetched: the cache has it, with its checksum"],
      complaint: [/^none$/, "nothing is wrong"],
    }),
    building("warm-b", "go.sum of A, cache filled from B", {
      sumOf: "A",
      act: async (modules, { files }) => {
        const sum = files.read(`${modules.app}/go.sum`);
        files.remove(`${modules.app}/go.sum`);
        await sumFrom(modules, "B");
        files.write(`${modules.app}/go.sum`, sum);
        return await modules.go(BUILD, "A", "B");
      },
      code: [NOTHING, "the checksum of what the cache holds is compared as well"],
      complaint: [MISMATCH, "so the cache is bound to checksums"],
    }),
    building("sum-deleted", "go.sum deleted, go mod tidy with proxy B", {
      sumOf: "A",
      act: async ({ app, go }, { files }) => {
        files.remove(`${app}/go.sum`);
        const tidy = await go(["mod", "tidy"], "B", "fresh");
        return tidy.code === 0 ? await go(BUILD, "B", "fresh") : tidy;
      },
      code: [OF_B, "without go.sum and without the checksum database there is nothing to compare"],
      complaint: [/^none$/, "silently"],
    }),
    building("latest", "go.sum of A, go get …@latest with proxy B", {
      sumOf: "A",
      act: async ({ go }) => {
        const get = await go(["get", "example.com/dep@latest"], "B", "fresh");
        return get.code === 0 ? await go(BUILD, "B", "fresh") : get;
      },
      code: ["v1.1.0 of B", "what is latest is the proxy's word, and its sum is new"],
      complaint: [/^none$/, "silently"],
    }),
    tampered(),
    hotpodRefuses(),
    hotpodTampered(
      "hotpod-unverified",
      "hotpod run, edited module cache",
      [],
      [
        predict(
          "code",
          equals("edited"),
          "hotpod builds as go build does, and trusts what that trusts",
        ),
        predict("refused", equals(0), "nobody looked"),
      ],
    ),
    hotpodTampered(
      "hotpod-verified",
      "hotpod run, edited module cache, build.before: go mod verify",
      ["--build-before", "go mod verify"],
      [
        predict("code", equals(OF_A), "what serves goes on"),
        predict("refused", atLeast(1), "the build fails before it begins"),
        predict("complaint", matches(/dir has been modified/), "and says why"),
      ],
    ),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("fresh-b.code", equals(NOTHING), "another proxy's code is refused"),
        predict("warm-b.code", equals(NOTHING), "and so is a cache that was filled from it"),
        predict("warm-a.code", equals(OF_A), "a cache that fits goes on"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("fresh-b.code", equals(OF_B), "the proxy alone decides")],
    },
  ],
  headline: {
    before: "no-sum-mod.code",
    after: "hotpod.code",
    about: "built when the proxy serves B's code",
  },
  byHand: `# any module with one requirement; a cache of its own, so that yours stays as it is
export GOMODCACHE=/tmp/l210 GOFLAGS=-modcacherw
mv go.sum go.sum.kept && go build ./...             # missing go.sum entry
sed 's/h1:..../h1:AAAA/' go.sum.kept > go.sum && go build ./...   # checksum mismatch, SECURITY ERROR
mv go.sum.kept go.sum && go mod download
find /tmp/l210 -path '*@*' -name '*.go' ! -path '*/cache/*' | head -1 | xargs sed -i '$a // edited'
go build ./... && echo "built all the same"; go mod verify   # dir has been modified`,
};

const BUILD = ["build", "-o", "main", "."];

interface Case {
  /** Whose go.sum there is to begin with. Its cache is called A as well. */
  readonly sumOf?: ProxyName;
  act(modules: GoModules, bench: LabBench): Promise<RunEnd>;
  readonly code: readonly [code: string | undefined, because: string];
  readonly complaint: readonly [words: RegExp, because: string];
}

function building(name: string, label: string, { sumOf, act, code, complaint }: Case): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("code", equals(`${code[0]}`), code[1]),
      predict("complaint", matches(complaint[0]), complaint[1]),
    ],
    async run(bench, record) {
      const modules = await goModules(bench);
      if (sumOf !== undefined) await sumFrom(modules, sumOf);
      writeComplaint(record, await act(modules, bench));
      record.text("code", await codeOf(bench, modules));
    },
  };
}

function writeComplaint(record: Recorder, end: RunEnd): void {
  record.text("complaint", complaintOf(end) || "none");
}

const EDITED = 'package dep\n\nconst Text = "edited"\n';

function tampered(): Arm {
  return {
    ...{ name: "edited", side: "before", label: "go.sum of A, module cache edited", needs: [] },
    predictions: [
      predict("code", equals("edited"), "go build compares checksums when a module is extracted"),
      predict("complaint", equals("none"), "and not again"),
      predict("verify", matches(/dir has been modified/), "go mod verify does"),
    ],
    async run(bench, record) {
      const modules = await goModules(bench);
      await sumFrom(modules, "A");
      editCached(bench.files, `${modules.extracted("A")}/dep.go`, EDITED);
      writeComplaint(record, await modules.go(BUILD, "A", "A"));
      record.text("code", await codeOf(bench, modules));
      const verify = await modules.go(["mod", "verify"], "A", "A");
      record.text("verify", complaintOf(verify) || verify.stdout.trim());
    },
  };
}

function hotpodRefuses(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, go.sum of A, then proxy B", needs: [] },
    predictions: [
      predict("complaint", matches(MISMATCH), "the build is go build's, with go.sum in force"),
      predict("refused", equals(2), "a wrong sum and a missing one"),
      predict("unanswered", equals(0), "a build that fails stops nothing"),
      predict("code", equals(OF_A), "the generation before serves on"),
      predict("restored", equals(OF_A), "with the right module the next save is built"),
    ],
    async run(bench, record) {
      const pod = await podThatBuilds(bench, []);
      record.mark("the proxy turns to B, the cache is gone");
      const words = await pod.failed(() => {
        pod.turnTo("B");
        pod.save();
      });
      record.text("complaint", words);
      record.mark("go.sum is deleted");
      const sum = bench.files.read(`${pod.app}/go.sum`);
      await pod.failed(() => bench.files.remove(`${pod.app}/go.sum`));
      record.count("refused", pod.refusals());
      let unanswered = 0;
      for (let ask = 0; ask < ASKS; ask += 1) {
        if ((await pod.answer()) === "nothing") unanswered += 1;
      }
      record.count("asks", ASKS);
      record.count("unanswered", unanswered, ASKS);
      record.text("code", await pod.answer());
      record.mark("all is put back");
      await pod.promoted(() => {
        pod.turnTo("A");
        bench.files.write(`${pod.app}/go.sum`, sum);
        pod.save();
      });
      record.text("restored", await pod.answer());
      drawNotices(record, pod.notices.items, bench.clock.nowMs());
    },
  };
}

function hotpodTampered(
  name: string,
  label: string,
  flags: readonly string[],
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "after", label, needs: [], predictions },
    async run(bench, record) {
      const pod = await podThatBuilds(bench, flags);
      const edit = (): void => {
        editCached(bench.files, `${pod.cache}/example.com/dep@v1.0.0/dep.go`, EDITED);
        pod.save();
      };
      record.mark("the cache is edited, a file is saved");
      if (flags.length === 0) await pod.promoted(edit);
      else record.text("complaint", await pod.failed(edit));
      record.count("refused", pod.refusals());
      record.text("code", await pod.answer());
      drawNotices(record, pod.notices.items, bench.clock.nowMs());
    },
  };
}
