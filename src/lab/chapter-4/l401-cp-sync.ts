import { hotpodService } from "#lab/chapter-1/hotpod-service.js";
import { above, atLeast, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { GO_SERVICE, versionTrailer } from "#lab/programs/go-service.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** Long enough that a reader meets a copy under way. */
const FILE_BYTES = 8 * 1_024 * 1_024;
const COPIES = 40;
const UPDATES = 10;
const PATIENCE_MS = 60_000;

export const l401: Scenario = {
  id: "L401",
  chapter: 4,
  title: "cp and sync as a safe replacement",
  claim: "`cp new main && sync` replaces the program safely; sync prevents dirty reads.",
  story: {
    before:
      "cp over a program that runs; then a reader that takes the file's checksum again and again while two versions are copied over each other, without sync and with it.",
    after: "The same reader on hotpod's link `current` while ten versions follow each other.",
  },
  correction:
    "A running program cannot be copied over (Text file busy). One that does not run is overwritten in place, and readers see files that are neither the old nor the new one, with sync as well as without: every reader sees the page cache at once, sync is about power failures. It only costs time.",
  advice: [
    "Write beside, fsync, rename: readers then see the old file or the new one.",
    "Keep every version under a name of its own and swap a link.",
  ],
  rules: ["HP1001", "HP512", "HP1205"],
  settings: ["store.dir"],
  needs: ["linux"],
  budgetSeconds: 10,
  timed: false,
  tags: ["files"],
  measures: {
    refused: { about: "cp commands that failed", unit: "commands" },
    refusal: { about: "what cp said", unit: "" },
    intact: { about: "old content after the refusal", unit: "files" },
    reads: { about: "reads of the file", unit: "reads" },
    partial: { about: "reads of something that was neither version", unit: "reads" },
    copies: { about: "copies", unit: "copies" },
    sync: { about: "how long sync took after each copy", unit: "ms" },
    updates: { about: "updates that came to serve", unit: "updates" },
  },
  arms: [
    running(),
    copying("plain", "cp while nobody runs it", false),
    copying("sync", "cp && sync while nobody runs it", true),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [predict("sync.partial", above(0), "sync does not prevent what readers see")],
    },
    {
      verdict: "confirmed",
      when: [
        predict("sync.partial", equals(0), "no partial reads with sync"),
        predict("plain.partial", above(0), "and some without"),
      ],
    },
  ],
  headline: { before: "sync.partial", after: "hotpod.partial", about: "partial reads" },
  byHand: `mkdir -p /tmp/l401 && cd /tmp/l401 && head -c 50M /dev/urandom > a && head -c 50M /dev/urandom > b && cp a main
sha256sum a b
while :; do sha256sum < main; done & reader=$!
for i in $(seq 10); do cp a main && sync main; cp b main && sync main; done; kill $reader   # more than two sums
cp /bin/sleep s
./s 60 & sleep 1; cp /bin/true s   # Text file busy`,
};

function running(): Arm {
  return {
    ...{ name: "running", side: "before", label: "cp over a program that runs", needs: [] },
    predictions: [
      predict("refused", equals(1), "the kernel does not let anybody write into a running program"),
      predict("refusal", matches(/text file busy/i), "ETXTBSY"),
      predict("intact", equals(1), "nothing of it was written"),
    ],
    async run(bench, record) {
      const { files, folder, processes } = bench;
      files.copy("/bin/sleep", `${folder}/main`);
      files.copy("/bin/sleep", `${folder}/next`);
      files.append(`${folder}/next`, "another content");
      const before = files.sha256(`${folder}/main`);
      await processes.start([`${folder}/main`, "1000"]);
      const end = await processes.run(["cp", `${folder}/next`, `${folder}/main`]);
      record.count("refused", end.code === 0 ? 0 : 1, 1);
      record.text("refusal", end.stderr.trim());
      record.count("intact", files.sha256(`${folder}/main`) === before ? 1 : 0, 1);
    },
  };
}

function copying(name: string, label: string, sync: boolean): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("copies", equals(COPIES), "every copy was made"),
      predict("reads", atLeast(20), "fewer reads would prove nothing"),
      predict("partial", above(0), "cp empties the file and fills it again, in everybody's sight"),
    ],
    async run(bench, record) {
      const { files, folder, processes } = bench;
      const [a, b, main] = ["a", "b", "main"].map((one) => `${folder}/${one}`) as [
        string,
        string,
        string,
      ];
      files.write(a, "a".repeat(FILE_BYTES));
      files.write(b, "b".repeat(FILE_BYTES));
      files.copy(a, main);
      const whole = [files.sha256(a), files.sha256(b)];
      const reader = await processes.start(["sh", "-c", READER, "sh", main]);
      const syncs: number[] = [];
      for (let copy = 1; copy <= COPIES; copy += 1) {
        await processes.run(["cp", copy % 2 === 0 ? a : b, main]);
        if (sync) syncs.push((await processes.run(["sync", main])).tookMs);
      }
      // The reader itself is in order: left alone, it finds a whole file.
      const from = reader.lines.items.length;
      const isWhole = ({ text }: { text: string }): boolean => whole.includes(text.slice(0, 64));
      await reader.lines.until("a whole file", isWhole, from, PATIENCE_MS);
      reader.signal("SIGTERM");
      const sums = reader.lines.items.map(({ text }) => text.slice(0, 64));
      record.count("copies", COPIES);
      record.count("reads", sums.length);
      record.count("partial", sums.filter((sum) => !whole.includes(sum)).length, sums.length);
      record.spread("sync", syncs);
    },
  };
}

/** In a process of its own: a checksum of so many bytes takes a while. */
const READER = 'while :; do sha256sum < "$1"; done';

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, ten updates", needs: ["go"] },
    predictions: [
      predict("updates", equals(UPDATES), "every version came to serve"),
      predict("reads", atLeast(20), "fewer reads would prove nothing"),
      predict("partial", equals(0), "artifacts are whole before the link leads to them"),
    ],
    async run(bench, record) {
      const whole = new Set(await versionSums(bench));
      const service = await hotpodService(bench);
      const { hotpod } = service;
      const current = `${hotpod.store}/current/artifact`;
      const reader = await bench.processes.start(["sh", "-c", READER, "sh", current]);
      let updates = 0;
      for (; updates < UPDATES; updates += 1) await service.update(`v${updates + 2}`);
      reader.signal("SIGTERM");
      const sums = reader.lines.items.map(({ text }) => text.slice(0, 64));
      record.count("updates", updates);
      record.count("reads", sums.length);
      record.count("partial", sums.filter((sum) => !whole.has(sum)).length, sums.length);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

/** The checksums of all versions that there will be. */
async function versionSums({ files, folder, goProgram }: LabBench): Promise<readonly string[]> {
  const program = await goProgram("service", GO_SERVICE);
  return Array.from({ length: UPDATES + 1 }, (_, index) => {
    const path = `${folder}/version`;
    files.copy(program, path);
    files.append(path, versionTrailer(`v${index + 1}`));
    const sum = files.sha256(path);
    files.remove(path);
    return sum;
  });
}
