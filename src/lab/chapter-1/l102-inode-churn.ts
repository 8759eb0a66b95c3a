import { atLeast, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { hotpodService } from "./hotpod-service.js";
import { byCp, byRename, type Method, replacedFile } from "./replaced-file.js";

const UPDATES = 20;

export const l102: Scenario = {
  id: "L102",
  chapter: 1,
  title: "What a changing inode number means",
  claim:
    "Changing inode numbers of the program prove harmful overwriting; the init container's file handle is invalidated.",
  story: {
    before:
      "A program is replaced twenty times by rename while a copy of it runs, and twenty times by cp while none runs. After each the inode number, the content and what /proc/PID/exe says are looked at.",
    after:
      "Five versions follow each other under hotpod; the file behind each running process is looked at.",
  },
  correction:
    "It is the other way round. A new inode number is the sign of the safe method: the running process keeps the old file, which lives on without a name. The same inode number with another content is the dangerous one. The init container has ended and holds no handle at all. A number may be used again after its file is gone, so compare the content.",
  advice: [
    "Tell versions apart by their content (sha256), not by inode or time.",
    "`ls -l /proc/PID/exe` that ends in (deleted) is harmless: it says that a newer file is waiting.",
  ],
  rules: ["HP512", "HP301"],
  settings: ["store.dir", "store.keep"],
  needs: ["linux"],
  budgetSeconds: 8,
  timed: false,
  tags: ["files", "quick"],
  measures: {
    updates: { about: "updates", unit: "updates" },
    contents: { about: "updates that brought another content", unit: "updates" },
    kept: { about: "updates after which the inode number was the same", unit: "updates" },
    exe: { about: "what /proc/PID/exe of the running process says at the end", unit: "" },
    disturbed: { about: "running processes that ended or changed", unit: "processes" },
    wrong: { about: "generations whose file is not what its name says", unit: "generations" },
  },
  arms: [
    churn("rename", "rename while it runs", byRename, true, [
      predict("kept", equals(0), "the name leads to the new file, which has a number of its own"),
      predict("disturbed", equals(0), "the process keeps the file that it was started from"),
      predict("exe", matches(/ \(deleted\)$/), "which has no name any more"),
    ]),
    churn("cp", "cp while nothing runs", byCp, false, [
      predict("kept", equals(UPDATES), "cp writes into the same file"),
    ]),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed",
      when: [predict("rename.disturbed", atLeast(1), "then a new inode would do harm")],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("rename.kept", equals(0), "numbers do change"),
        predict("rename.disturbed", equals(0), "and nothing is harmed by it"),
        predict("cp.kept", equals(UPDATES), "the harmful method keeps the number"),
      ],
    },
  ],
  headline: {
    before: "cp.kept",
    after: "hotpod.wrong",
    about: "updates behind an unchanged name or inode number",
  },
  byHand: `mkdir -p /tmp/l102 && cd /tmp/l102 && cp /bin/sleep main
./main 600 & pid=$!; sleep 1
ls -i main; readlink /proc/$pid/exe
cp /bin/sleep main.new && mv main.new main       # a new inode, the process lives on
ls -i main; readlink /proc/$pid/exe              # … (deleted)
kill $pid; cp /bin/true main; ls -i main         # the same inode, another content`,
};

function churn(
  name: string,
  label: string,
  replace: Method,
  running: boolean,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("contents", equals(UPDATES), "every update is another program"),
      ...predictions,
    ],
    async run(bench, record) {
      const file = replacedFile(bench);
      const process = running ? await bench.processes.start([file.path, "1000"]) : null;
      const { files } = bench;
      let [kept, contents] = [0, 0];
      for (let round = 0; round < UPDATES; round += 1) {
        const before = { inode: files.facts(file.path)?.inode, sha: files.sha256(file.path) };
        const end = await replace(bench, file, round);
        if (end.code !== 0) throw new Error(`update ${round + 1} failed: ${end.stderr}`);
        if (files.facts(file.path)?.inode === before.inode) kept += 1;
        if (files.sha256(file.path) !== before.sha) contents += 1;
        record.mark(`update ${round + 1}`);
      }
      record.count("updates", UPDATES);
      record.count("kept", kept, UPDATES);
      record.count("contents", contents, UPDATES);
      if (process === null) return;
      record.count("disturbed", bench.processes.isAlive(process.pid) ? 0 : 1, 1);
      record.text("exe", files.linkTarget(`/proc/${process.pid}/exe`) ?? "nothing");
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, five updates", needs: ["go"] },
    predictions: [
      predict("updates", equals(5), "every version came to serve"),
      predict("wrong", equals(0), "an artifact is named by its content and never written again"),
    ],
    async run(bench, record) {
      const service = await hotpodService(bench);
      let wrong = wrongNow(bench, service.hotpod.pid);
      let updates = 0;
      for (; updates < 5; updates += 1) {
        await service.update(`v${updates + 2}`);
        wrong += wrongNow(bench, service.hotpod.pid);
      }
      record.count("updates", updates);
      record.count("wrong", wrong, updates + 1);
      drawNotices(record, service.hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

/** Of the processes below hotpod: those whose program has lost its name, or is not what its name says. */
function wrongNow(bench: LabBench, hotpod: number): number {
  const { files, processes } = bench;
  const programs = processes.childrenOf(hotpod).flatMap((pid) => {
    const path = files.linkTarget(`/proc/${pid}/exe`);
    return path?.includes("/store/") ? [path] : [];
  });
  if (programs.length === 0) return 1;
  return programs.filter((path) => {
    const [, name = "none"] = /\/store\/([0-9a-f]+)\/artifact$/.exec(path) ?? [];
    return !files.sha256(path.replace(/ \(deleted\)$/, "")).startsWith(name);
  }).length;
}
