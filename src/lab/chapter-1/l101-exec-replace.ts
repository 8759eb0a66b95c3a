import { above, atLeast, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";
import { execLoop, type LoopCounts } from "./exec-loop.js";
import { goBuildTarget } from "./go-build-target.js";
import { hotpodService } from "./hotpod-service.js";
import {
  byCp,
  byInstall,
  byMvAcross,
  byRename,
  byRmAndCp,
  type Method,
  replacedFile,
} from "./replaced-file.js";

const enough = predict("starts", atLeast(100), "fewer starts would prove nothing");
const neverAbsent = predict(
  "enoent",
  equals(0),
  "rename(2) puts the new file in the place of the old one: the name always leads to one of them",
);
const neverBusy = predict(
  "etxtbsy",
  equals(0),
  "the file under that name was written before, under another name",
);
const neverRestarted = predict("restarts", equals(0), "a probe that always finds its file passes");

export const l101: Scenario = {
  id: "L101",
  chapter: 1,
  title: "Replacing the file that an exec probe runs",
  claim:
    "Moving a new build over /app/main makes the exec liveness probe fail with ENOENT and kills the container, although mv is atomic.",
  story: {
    before:
      "A file is started over and over, as an exec probe would, while it is replaced as fast as the machine can: by rename, cp, mv from another file system, rm and cp, install, and go build -o. Beside it a kubelet probes the same file every second (P 1, F 3).",
    after:
      "hotpod keeps every build under a name of its own and answers the probe itself. The same starts go through its link `current` while ten versions follow each other.",
  },
  correction:
    "A rename within one file system never leaves the name empty, so mv there is safe. What does: mv from another file system (unlink, then copy), rm and cp, install, and go build -o where its work folder is on another file system, the usual case of /tmp in the image and /app on a volume. A file that the look-up does not find is not counted by containerd or CRI-O; one that is busy being written (ETXTBSY) is. A probe wrapped in sh -c counts everything.",
  advice: [
    "Let the probe ask the supervisor or the service over HTTP, not run the file that is replaced.",
    "Write the new build beside the old one, on the same file system, and rename it into place.",
    "Set GOTMPDIR to a folder on the volume the program is built to.",
  ],
  rules: ["HP101", "HP502", "HP503", "HP504"],
  settings: ["store.dir", "probes.listen"],
  needs: ["linux"],
  budgetSeconds: 35,
  timed: true,
  tags: ["exec", "files"],
  measures: {
    starts: { about: "starts of the file while it was replaced", unit: "starts" },
    replacements: { about: "times it was replaced", unit: "times" },
    enoent: { about: "starts that found no file (ENOENT)", unit: "starts" },
    etxtbsy: { about: "starts refused because it was being written (ETXTBSY)", unit: "starts" },
    enoexec: {
      about: "starts refused otherwise: not executable yet, or no whole program",
      unit: "starts",
    },
    broken: { about: "starts of something that did not end well", unit: "starts" },
    failed: { about: "starts that failed, for whatever reason", unit: "starts" },
    refused: { about: "replacing commands that failed themselves", unit: "commands" },
    refusal: { about: "what the replacing command said", unit: "" },
    counted: { about: "probe failures that the kubelet counts", unit: "probes" },
    uncounted: { about: "probe attempts that errored, which it does not count", unit: "probes" },
    restarts: { about: "restarts of the container", unit: "restarts" },
  },
  arms: [
    method("rename", "rename on the same file system", byRename, [
      neverAbsent,
      neverBusy,
      neverRestarted,
    ]),
    method("cp", "cp over the file", byCp, [
      predict("enoent", equals(0), "cp writes into the file that is there; the name stays"),
      predict("etxtbsy", above(0), "while cp has it open for writing nobody can start it"),
      predict("refused", above(0), "and while somebody runs it, cp cannot open it for writing"),
      predict("refusal", matches(/text file busy/i), "the kernel's words for that"),
    ]),
    {
      ...method("mv-across", "mv from another file system", byMvAcross, [
        predict("failed", above(0), "across file systems mv unlinks the target and copies"),
        predict("enoent", above(0), "between unlink and copy there is no file"),
      ]),
      needs: ["second-fs"],
    },
    method("rm-cp", "rm, then cp", byRmAndCp, [
      predict("enoent", above(0), "between the two commands there is no file"),
    ]),
    method("install", "install", byInstall, [
      predict("failed", above(0), "install unlinks the target and writes a new file"),
    ]),
    goBuild("go-same", "go build -o, work folder on the same file system", false),
    goBuild("go-across", "go build -o, work folder on another file system", true),
    bindMount(),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed",
      when: [predict("rename.enoent", above(0), "then mv itself would be the cause")],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("rename.enoent", equals(0), "a rename leaves no gap"),
        predict("rm-cp.enoent", above(0), "other ways do"),
      ],
    },
    { verdict: "refuted", when: [predict("rm-cp.enoent", equals(0), "no way leaves a gap")] },
  ],
  headline: { before: "rm-cp.failed", after: "hotpod.failed", about: "failed starts (rm, cp)" },
  byHand: `mkdir -p /tmp/l101 && cd /tmp/l101 && cp /bin/sleep a && cp /bin/sleep main
# one terminal: start it as fast as possible, count what fails
while :; do ./main 0 || echo "failed: $?"; done
# another one: rename never shows, rm and cp does
while :; do cp a main.new && mv main.new main; done
while :; do rm -f main; cp a main; done`,
};

function method(
  name: string,
  label: string,
  replace: Method,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [enough, ...predictions],
    async run(bench, record) {
      const file = replacedFile(bench);
      const command = [file.path, "0"];
      const watched = probed(bench, record, command);
      const rounds = (round: number): Promise<RunEnd> => replace(bench, file, round);
      const counts = await execLoop(bench, { command, replace: rounds, ...PACE });
      watched(counts);
    },
  };
}

function goBuild(name: string, label: string, across: boolean): Arm {
  return {
    ...{ name, side: "before", label, needs: across ? ["go", "second-fs"] : ["go"] },
    predictions: across
      ? [enough, predict("failed", above(0), "the compiler's rename gets EXDEV, so it copies")]
      : [enough, neverAbsent, neverBusy],
    async run(bench, record) {
      const work = across ? `${bench.otherFileSystem()}/gotmp` : `${bench.folder}/gotmp`;
      const target = await goBuildTarget(bench, work);
      const watched = probed(bench, record, [target.path]);
      const replace = target.build;
      const pace = { starts: 100, replacements: 8, limitMs: 60_000 };
      const counts = await execLoop(bench, { command: [target.path], replace, ...pace });
      watched(counts);
    },
  };
}

/** A single file that is a mount of its own, as a subPath of a volume is. */
function bindMount(): Arm {
  return {
    ...{ name: "bind-mount", side: "before", label: "mv over a file that is a mount" },
    needs: ["namespaces"],
    predictions: [
      predict("refused", equals(1), "a mount point cannot be replaced"),
      predict("refusal", matches(/busy/i), "EBUSY"),
    ],
    async run(bench, record) {
      const file = replacedFile(bench);
      const script = 'mount --bind "$1" "$2" && mv -f "$3" "$2"';
      const paths = [file.source(0), file.path, file.source(1)];
      const end = await bench.processes.run(["sh", "-c", script, "sh", ...paths], {
        namespace: "mount",
      });
      record.count("refused", end.code === 0 ? 0 : 1, 1);
      record.text("refusal", end.stderr.trim());
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, ten updates", needs: ["go"] },
    predictions: [
      enough,
      predict("replacements", equals(10), "every version came to serve"),
      predict("failed", equals(0), "no path ever shows half a program, and no name is ever empty"),
      predict("counted", equals(0), "the supervisor answers the probe, whatever is replaced"),
      neverRestarted,
    ],
    async run(bench, record) {
      const service = await hotpodService(bench);
      const { hotpod } = service;
      const liveness = probe(httpGet(hotpod.probesPort, "/livez"), { P: 1, F: 3 });
      const run = sleepingPod(bench, record, liveness);
      let updates = 0;
      const updating = async (): Promise<void> => {
        for (; updates < 10; updates += 1) await service.update(`v${updates + 2}`);
      };
      const command = [`${hotpod.store}/current/artifact`, "-health"];
      const pace = { starts: Number.POSITIVE_INFINITY, replacements: 0 };
      let over = false;
      const loop = async (): Promise<LoopCounts[]> => {
        const all: LoopCounts[] = [];
        while (!over) {
          all.push(await execLoop(bench, { command, replace: null, ...pace, limitMs: 200 }));
        }
        return all;
      };
      const looping = loop();
      await updating();
      over = true;
      const counts = sum(await looping);
      writeCounts(record, { ...counts, replacements: updates });
      run.finish();
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

/** A kubelet that probes the command beside the loop; the returned function writes down what both have seen. */
function probed(
  bench: LabBench,
  record: Recorder,
  command: readonly string[],
): (counts: LoopCounts) => void {
  const run = sleepingPod(bench, record, probe({ kind: "exec", command }, { P: 1, F: 3 }));
  return (counts) => {
    writeCounts(record, counts);
    run.finish();
  };
}

/** A pod whose process is never disturbed: only its liveness probe decides. */
function sleepingPod(bench: LabBench, record: Recorder, livenessProbe: ReturnType<typeof probe>) {
  const start = () => bench.processes.start(["sleep", "1000"]);
  const run = runPod({
    ...{ bench, record, processes: [{ start }] },
    pod: pod({ containers: [container({ livenessProbe })] }),
  });
  return {
    finish() {
      run.stop();
      const attempts = run.log.attempts("liveness");
      record.count("counted", run.log.count("liveness failure"), attempts);
      record.count("uncounted", run.log.count("liveness error"), attempts);
      record.count("restarts", Math.max(0, run.log.count("started") - 1));
    },
  };
}

function writeCounts(record: Recorder, counts: LoopCounts): void {
  const { starts, enoent, etxtbsy, enoexec, broken, replacements, refused, refusal } = counts;
  record.count("starts", starts);
  record.count("replacements", replacements);
  record.count("enoent", enoent, starts);
  record.count("etxtbsy", etxtbsy, starts);
  record.count("enoexec", enoexec, starts);
  record.count("broken", broken, starts);
  record.count("failed", enoent + etxtbsy + enoexec + broken, starts);
  record.count("refused", refused, replacements);
  if (refusal !== "") record.text("refusal", refusal);
}

function sum(all: readonly LoopCounts[]): LoopCounts {
  const total = (key: "starts" | "enoent" | "etxtbsy" | "enoexec" | "broken"): number =>
    all.reduce((so, one) => so + one[key], 0);
  return {
    ...{ starts: total("starts"), enoent: total("enoent"), etxtbsy: total("etxtbsy") },
    ...{ enoexec: total("enoexec"), broken: total("broken") },
    ...{ replacements: 0, refused: 0, refusal: "" },
  };
}

const PACE = { starts: 200, replacements: 60, limitMs: 40_000 } as const;
