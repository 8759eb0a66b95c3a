import { hotpodService } from "#lab/chapter-1/hotpod-service.js";
import { differs, equals, matches, predict } from "#lab/judge/prediction.js";
import type { Need } from "#lab/need.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { STARTS_PROGRAM, USES_C } from "#lab/programs/builds/cgo-programs.js";
import { GO_SERVICE } from "#lab/programs/go-service.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabHotpod, RunEnd } from "#ports/lab/lab-bench.js";
import { badCandidate } from "./builds/bad-candidate.js";
import { buildModule, builtModule } from "./builds/build-module.js";
import {
  firstWords,
  foreignProgram,
  loaderOf,
  startAlone,
  withoutLibrary,
} from "./builds/linked-programs.js";

const ALONE: readonly Need[] = ["namespaces", "chroot"];
const LOADER_MISSING = predict(
  "words",
  matches(/No such file or directory/),
  "the kernel means the loader; whoever reads it takes it for the program",
);

export const l211: Scenario = {
  id: "L211",
  chapter: 2,
  title: "cgo in one stage, no C library in the next",
  claim:
    "Switching CGO_ENABLED between the stages of an image breaks it; ENV CGO_ENABLED=0 in the run stage makes the program static.",
  story: {
    before:
      "A program that uses net and os/user is built in several ways, and started where there is nothing but the program (chroot), as in an image from scratch: with cgo, without, position-independent, with the tags netgo and osusergo, and with CGO_ENABLED=0 in the environment of the start. Then builds on a machine without a C compiler. Then the same program, linked for the loader of another image, is started by sh, bash, Node, Python and Go.",
    after:
      "hotpod serves, and gets the program that asks for a loader of another image: as a dropped artifact, and as the result of a build. Then one whose loader is here and a library is not.",
  },
  correction:
    "What decides is one field of the program, the dynamic loader it asks for (PT_INTERP), and whether that file is in the final image. A program has one when it was linked with cgo, and also without cgo when it was built with -buildmode=pie. At run time CGO_ENABLED does nothing at all. Without a C compiler, Go turns cgo off by itself unless CGO_ENABLED=1 is set: the same Dockerfile line gives a static program on one machine and a dynamic one on another.",
  advice: [
    "Set CGO_ENABLED=0 where go build runs, never in the stage that only runs the program.",
    "Where C is needed, build and run on the same base (alpine with alpine, debian with debian).",
    "`No such file or directory` for a file that is there: look at its loader with `readelf -l` or `file`.",
    "Check the loader before the old one is stopped; recipe artifact of hotpod does.",
  ],
  rules: ["HP601", "HP602", "HP603"],
  settings: ["recipe", "artifact", "build.env"],
  needs: ["linux", "go", "cgo"],
  budgetSeconds: 15,
  timed: false,
  tags: ["go", "build"],
  measures: {
    loader: { about: "the dynamic loader that the program asks for", unit: "" },
    end: { about: "how the start ended", unit: "" },
    words: { about: "what was said", unit: "" },
    outcome: { about: "what became of the candidate, by hotpod's own word", unit: "" },
    started: { about: "candidates whose process was started", unit: "generations" },
    asks: { about: "requests of a client after the bad candidate", unit: "requests" },
    unanswered: { about: "requests without an answer by the version before", unit: "requests" },
  },
  arms: [
    alone("cgo", "CGO_ENABLED=1", { CGO_ENABLED: "1" }, [], "loader"),
    alone("static", "CGO_ENABLED=0", { CGO_ENABLED: "0" }, [], "static"),
    alone(
      "pie",
      "CGO_ENABLED=0 -buildmode=pie",
      { CGO_ENABLED: "0" },
      ["-buildmode=pie"],
      "loader",
    ),
    alone("netgo", "CGO_ENABLED=1 -tags netgo", { CGO_ENABLED: "1" }, ["-tags=netgo"], "loader"),
    alone(
      "netgo-osusergo",
      "CGO_ENABLED=1 -tags netgo,osusergo",
      { CGO_ENABLED: "1" },
      ["-tags=netgo,osusergo"],
      "static",
    ),
    alone(
      "run-time-setting",
      "CGO_ENABLED=1, and CGO_ENABLED=0 at the start",
      { CGO_ENABLED: "1" },
      [],
      "loader",
      { CGO_ENABLED: "0" },
    ),
    noCompiler("no-compiler", "no C compiler, CGO_ENABLED=1", "1", [
      predict("words", matches(/C compiler .* not found/), "the build fails, and says why"),
      predict("loader", equals("no program"), "nothing was built"),
    ]),
    noCompiler("no-compiler-unset", "no C compiler, CGO_ENABLED not set", "", [
      predict("words", equals("nothing"), "silently"),
      predict("loader", equals("none"), "Go turns cgo off where it finds no compiler"),
    ]),
    startedBy("sh", [], /not found|No such file|required file/i, (path) => ["sh", "-c", path]),
    startedBy("bash", ["bash"], /No such file|required file/i, (path) => ["bash", "-c", path]),
    startedBy("node", [], /ENOENT/, (path) => ["node", "-e", NODE_STARTS, path]),
    startedBy("python", ["python3"], /No such file or directory/, (path) => [
      ...["python3", "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", path],
    ]),
    startedBy("go", [], /fork\/exec .*: no such file or directory/, async (path, bench) => [
      await bench.goProgram("starts-program", STARTS_PROGRAM),
      path,
    ]),
    hotpodArtifact("hotpod-artifact", "the loader is missing", foreignProgram, [
      predict(
        "outcome",
        matches(/ld-of-another-image\.so\.1, which is not here/),
        "the program's header is read before anything else, and the loader is named",
      ),
      predict("started", equals(0), "it was not even started"),
    ]),
    hotpodBuild(),
    hotpodArtifact("hotpod-library", "a library is missing", withoutLibrary, [
      predict(
        "outcome",
        equals("exited with 127"),
        "hotpod does not look for libraries: only the loader knows where they may be",
      ),
      predict("started", equals(1), "so the candidate was started, beside the one that serves"),
    ]),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed",
      when: [
        predict("cgo.end", equals("127"), "a program with cgo does not run alone"),
        predict("run-time-setting.end", equals("0"), "and the setting makes it"),
      ],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("cgo.end", equals("127"), "a program with cgo does not run alone"),
        predict("static.end", equals("0"), "one without does"),
        predict("run-time-setting.end", equals("127"), "at run time the setting does nothing"),
      ],
    },
    { verdict: "refuted", when: [predict("cgo.end", equals("0"), "cgo makes no difference")] },
  ],
  headline: { before: "cgo.words", after: "hotpod-artifact.outcome", about: "(no loader)" },
  byHand: `cat > main.go <<'END'
package main
import ("fmt"; "net")
func main() { fmt.Println(net.LookupHost("127.0.0.1")) }
END
go mod init example.com/l211; mkdir -p root
for how in "CGO_ENABLED=1 go build" "CGO_ENABLED=0 go build" "CGO_ENABLED=0 go build -buildmode=pie"; do
  env $how -o root/main . && echo "$how:" && { readelf -l root/main | grep interpreter; sudo chroot root /main; }
done
sudo env CGO_ENABLED=0 chroot root /main     # the last one is there, and "No such file or directory"`,
};

/** Builds it in that way and starts it where there is nothing else. */
function alone(
  name: string,
  label: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  kind: "static" | "loader",
  startEnv: Readonly<Record<string, string>> = {},
): Arm {
  return {
    ...{ name, side: "before", label: `built with ${label}, alone`, needs: ALONE },
    predictions:
      kind === "static"
        ? [
            predict("loader", equals("none"), "it was linked without C"),
            predict("end", equals("0"), "so it needs nothing but the kernel"),
          ]
        : [
            predict("loader", matches(/^\//), "the linker wrote a loader into it"),
            predict("end", equals("127"), "which is not there"),
            LOADER_MISSING,
          ],
    async run(bench, record) {
      const { path } = await builtModule(bench, { name, source: USES_C, env, args });
      record.text("loader", await loaderOf(bench, path));
      writeEnd(record, await startAlone(bench, path, startEnv));
    },
  };
}

function noCompiler(
  name: string,
  label: string,
  setting: string,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [], predictions },
    async run(bench, record) {
      const bin = `${bench.folder}/bin`;
      bench.files.makeFolder(bin);
      bench.files.symlink(bench.program("go"), `${bin}/go`);
      const env = { PATH: bin, CC: "", CGO_ENABLED: setting };
      const end = await buildModule(bench, { name, source: USES_C, env, go: `${bin}/go` });
      record.text("words", firstWords(end) || "nothing");
      record.text("loader", end.code === 0 ? await loaderOf(bench, end.path) : "no program");
    },
  };
}

/** Who starts it decides what is said of it. */
function startedBy(
  name: string,
  needs: readonly Need[],
  words: RegExp,
  argvOf: (path: string, bench: LabBench) => readonly string[] | Promise<readonly string[]>,
): Arm {
  return {
    ...{ name: `by-${name}`, side: "before", label: `loader elsewhere, started by ${name}`, needs },
    predictions: [
      predict("end", differs("0"), "it cannot be started"),
      predict("words", matches(words), `that is how ${name} says it; none names the loader`),
    ],
    async run(bench, record) {
      const path = await foreignProgram(bench);
      const env = { LC_ALL: "C" };
      writeEnd(record, await bench.processes.run(await argvOf(path, bench), { env }));
    },
  };
}

const NODE_STARTS = `require("child_process").spawn(process.argv[1]).on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});`;

/** That program is dropped under a hotpod that serves. */
function hotpodArtifact(
  name: string,
  label: string,
  make: (bench: LabBench) => Promise<string>,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "after", label: `hotpod run, recipe artifact, ${label}`, needs: [] },
    predictions: [...predictions, predict("unanswered", equals(0), "what serves goes on")],
    async run(bench, record) {
      const { files, folder } = bench;
      for (const one of ["image", "drop"]) files.makeFolder(`${folder}/${one}`);
      files.copy(await bench.goProgram("service", GO_SERVICE), `${folder}/image/main`);
      const path = await make(bench);
      const hotpod = await bench.hotpod({
        cwd: folder,
        args: [
          ...["--recipe", "artifact", "--artifact", `${folder}/drop/main`],
          ...["--", `${folder}/image/main`],
        ],
      });
      await dropped(bench, record, hotpod, () => files.rename(path, `${folder}/drop/main`));
    },
  };
}

function hotpodBuild(): Arm {
  return {
    ...{ name: "hotpod-build", side: "after", label: "hotpod run, the result of a build" },
    needs: [],
    predictions: [
      predict(
        "outcome",
        matches(/it needs \/lib\/ld-of-another-image\.so\.1, which is not here/),
        "the kernel refuses the start, and hotpod names the loader",
      ),
      predict("started", equals(0), "no process came of it"),
      predict("unanswered", equals(0), "what serves goes on"),
    ],
    async run(bench, record) {
      const path = await foreignProgram(bench);
      const service = await hotpodService(bench);
      await dropped(bench, record, service.hotpod, () =>
        service.save((beside) => bench.files.copy(path, beside)),
      );
    },
  };
}

async function dropped(
  bench: LabBench,
  record: Recorder,
  hotpod: LabHotpod,
  save: () => void,
): Promise<void> {
  record.mark("the bad candidate is saved");
  const { outcome, started, asks, unanswered } = await badCandidate(bench, hotpod, save);
  record.text("outcome", outcome);
  record.count("started", started);
  record.count("asks", asks);
  record.count("unanswered", unanswered, asks);
  drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
}

function writeEnd(record: Recorder, end: RunEnd): void {
  record.text("end", end.failure ?? end.signal ?? `${end.code}`);
  record.text("words", firstWords(end) || end.stdout.trim());
}
