import { above, atLeast, atMost, equals, type Prediction, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { type BuiltUnderHotpod, builtUnderHotpod } from "#lab/programs/files/built-under-hotpod.js";
import { RELOAD_LOOP } from "#lab/programs/files/reload-loop.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

const SAVES = 10;
/** Fewer would say nothing; on a busy machine a handler may have ended before the next one begins. */
const SOME = 3;
const HOTPOD_SAVES = 8;
const BURST = 12;
/** A handler takes much longer than lies between the two events of a save. */
const WORK_MS = 100;
/** What is built too often shows within that time. */
const QUIET_MS = 500;
const PATIENCE_MS = 60_000;

export const l301: Scenario = {
  id: "L301",
  chapter: 3,
  title: "Two events for one save",
  claim:
    "One atomic save gives MOVED_TO and ATTRIB, so that the service is reloaded twice, and two processes fight for a lock and write twice.",
  story: {
    before: `A loop watches a folder for MOVED_TO and ATTRIB and starts a handler for each event, which writes a cache in two steps, ${WORK_MS} ms apart. A file is saved ${SAVES} times by mv and chmod. The loop waits for its handler, or does not; the handler takes a lock, or does not; or there are two such loops.`,
    after: `hotpod builds from a file that is saved in the same way, ${HOTPOD_SAVES} times one after the other, then ${BURST} times at once.`,
  },
  correction:
    "Two events and two reloads for one save: yes. But a loop that waits for its handler runs the two one after the other, and nobody fights. Only where handlers run in the background, or two loops watch, do two run at once; then a lock does what it is for: the second waits for as long as the first works, and nothing is written twice. Without a lock the two write into one another. The second reload is in any case for nothing.",
  advice: [
    "Compare the content before a reload, not the events: the second event of a save changes nothing.",
    "One reload at a time, and afterwards one more if the content has changed meanwhile.",
    "Write results beside and rename them, so that no reader sees half of one.",
  ],
  rules: ["HP1003", "HP1205"],
  settings: ["watch", "debounce", "starveLimit"],
  needs: ["linux", "go"],
  budgetSeconds: 20,
  timed: false,
  tags: ["watch", "files"],
  measures: {
    saves: { about: "saves, each with another content", unit: "saves" },
    events: { about: "events that the loops got", unit: "events" },
    reloads: { about: "reloads", unit: "reloads" },
    each: { about: "reloads for one save", unit: "reloads" },
    blocked: { about: "reloads that found the lock taken", unit: "reloads" },
    wait: { about: "how long those waited for it", unit: "ms" },
    overlaps: { about: "reloads begun while another was under way", unit: "reloads" },
    torn: { about: "saves after which the cache was not what one reload writes", unit: "saves" },
    last: { about: "whether the last content counts in the end", unit: "" },
    burst: { about: "saves at once", unit: "saves" },
    burstReloads: { about: "reloads for the saves at once", unit: "reloads" },
  },
  arms: [
    loop("foreground", "the loop waits for its handler; lock", { handler: "foreground" }, [
      predict("blocked", equals(0), "the second event waits in the kernel's queue"),
      predict("overlaps", equals(0), "one handler after the other"),
      predict("torn", equals(0), "so what is written is whole"),
    ]),
    loop("background", "handlers in the background; lock", { handler: "background" }, [
      predict("blocked", atLeast(SOME), "the second handler comes while the first works"),
      predict("wait", atLeast(WORK_MS / 5), "and waits for most of the time that it takes"),
      predict("overlaps", equals(0), "the lock works"),
      predict("torn", equals(0), "and nothing is written twice"),
    ]),
    loop("no-lock", "handlers in the background; no lock", { handler: "background", lock: false }, [
      predict("overlaps", atLeast(SOME), "two handlers at once"),
      predict("torn", above(0), "each empties what the other has begun, and both add their rest"),
    ]),
    loop("two-loops", "two loops that wait for their handlers; lock", { loops: 2 }, [
      predict("blocked", atLeast(SOME), "the one's handler comes while the other's works"),
      predict("overlaps", equals(0), "the lock works"),
      predict("torn", equals(0), "and nothing is written twice"),
    ]),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("foreground.each", equals(2), "one save is two reloads"),
        predict("foreground.blocked", equals(0), "but nobody fights for the lock"),
        predict("background.blocked", above(0), "unless the handlers run in the background"),
        predict("no-lock.torn", above(0), "and without a lock they write into one another"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("foreground.blocked", above(0), "they fight even one after the other")],
    },
    { verdict: "refuted", when: [predict("foreground.each", equals(1), "one save, one reload")] },
  ],
  headline: { before: "background.each", after: "hotpod.each", about: "reloads for one save" },
  byHand: `# with inotify-tools: two reloads for one save
mkdir -p /tmp/l301/config && cd /tmp/l301 && echo 1 > config/app
inotifywait -m -e moved_to,attrib config | while read -r _ event _; do
  flock lock sh -c "echo reload for $event; sleep 1; echo done"     # with & behind it: in the background
done & sleep 1
echo 2 > next; mv next config/app; chmod 600 config/app; sleep 3; pkill -f 'inotifywait -m -e moved_to'`,
};

interface LoopKind {
  readonly handler?: "foreground" | "background";
  readonly lock?: boolean;
  readonly loops?: number;
}

function loop(
  name: string,
  label: string,
  { handler = "foreground", lock = true, loops = 1 }: LoopKind,
  predictions: readonly Prediction[],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("saves", equals(SAVES), "every save was made"),
      predict("events", equals(2 * SAVES * loops), "MOVED_TO by mv, ATTRIB by chmod"),
      predict("each", equals(2 * loops), "one reload for each event"),
      ...predictions,
    ],
    async run(bench, record) {
      const { files, folder, processes } = bench;
      const program = await bench.goProgram("reload-loop", RELOAD_LOOP);
      files.makeFolder(`${folder}/config`);
      files.write(`${folder}/config/app`, "0\n");
      const env = {
        ...{ HANDLER: handler, WORK_MS: `${WORK_MS}`, LOCK: lock ? `${folder}/lock` : "" },
        ...{ CONFIG: `${folder}/config/app`, CACHE: `${folder}/cache`, LOG: `${folder}/log` },
      };
      const running: LabProcess[] = [];
      for (let count = 0; count < loops; count += 1) {
        const one = await processes.start([program, `${folder}/config`], { env });
        await one.lines.until("watches", ({ text }) => text === "watching", 0, PATIENCE_MS);
        running.push(one);
      }
      let torn = 0;
      for (let save = 1; save <= SAVES; save += 1) {
        await saveByRename(bench, `${folder}/config/app`, `${save}\n`);
        for (const one of running) await untilEnded(one, 2 * save);
        if (files.read(`${folder}/cache`) !== `${save}\n${save}\n`) torn += 1;
      }
      record.count("saves", SAVES);
      record.count("torn", torn, SAVES);
      const log = files.read(`${folder}/log`).split("\n");
      const reloads = writeReloads(record, running, lock);
      record.count("overlaps", overlapsOf(log), reloads);
    },
  };
}

/** As careful scripts do it: written elsewhere, renamed over the old one, and then its mode set. */
async function saveByRename(bench: LabBench, path: string, text: string): Promise<void> {
  const next = `${bench.folder}/next`;
  bench.files.write(next, text);
  const end = await bench.processes.run([
    ...["sh", "-c", 'mv "$1" "$2" && chmod 600 "$2"', "sh", next, path],
  ]);
  if (end.code !== 0) throw new Error(`mv and chmod: ${end.stderr}`);
}

/** Until that many handlers of the loop have ended. */
async function untilEnded({ lines }: LabProcess, count: number): Promise<void> {
  const ended = (): number => lines.items.filter(({ text }) => text === "ended").length;
  const from = lines.items.length;
  if (ended() >= count) return;
  await lines.until(`${count} reloads`, () => ended() >= count, from, PATIENCE_MS);
}

/** How often a reload began while another was under way. */
function overlapsOf(log: readonly string[]): number {
  let [under, overlaps] = [0, 0];
  for (const line of log) {
    if (line.startsWith("began")) {
      if (under > 0) overlaps += 1;
      under += 1;
    } else if (line === "ended") under -= 1;
  }
  return overlaps;
}

/** How many there were. */
function writeReloads(record: Recorder, loops: readonly LabProcess[], lock: boolean): number {
  const waits: number[] = [];
  let [events, reloads] = [0, 0];
  loops.forEach(({ lines }, index) => {
    const lane = loops.length > 1 ? `reloads of loop ${index + 1}` : "reloads";
    const begun: { readonly atMs: number; readonly beside: boolean }[] = [];
    for (const { text, atMs } of lines.items) {
      const [what, how = "", ms] = text.split(" ");
      if (what === "event") events += 1;
      if (what === "event" && index === 0) record.point("events", "event", how, atMs);
      if (what === "began") begun.push({ atMs, beside: begun.length > 0 });
      if (how === "BLOCKED") waits.push(Number(ms));
      if (what !== "ended") continue;
      reloads += 1;
      const began = begun.shift() ?? { atMs, beside: false };
      const tone = began.beside ? "bad" : "busy";
      record.span(began.beside ? "reloads beside" : lane, began.atMs, atMs, "reload", tone);
    }
  });
  record.count("events", events);
  record.count("reloads", reloads);
  record.count("each", reloads / SAVES);
  if (lock) record.count("blocked", waits.length, reloads);
  record.spread("wait", waits);
  return reloads;
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, the same saves", needs: [] },
    predictions: [
      predict("saves", equals(HOTPOD_SAVES), "every save was made"),
      predict("each", equals(1), "one build for one content, however many events there are"),
      predict("overlaps", equals(0), "at most one build runs"),
      predict("burst", equals(BURST), "every save was made"),
      predict("burstReloads", atMost(BURST), "never more than there are contents"),
      predict("last", equals("yes"), "the last content is built in any case"),
    ],
    async run(bench, record) {
      const service = await builtUnderHotpod(bench, []);
      const { items } = service.hotpod.notices;
      const builds = (): number => items.filter(({ kind }) => kind === "build-succeeded").length;
      const first = builds();
      let version = 1;
      const save = (): Promise<void> => {
        version += 1;
        record.mark(`save ${version}`);
        return saveByRename(bench, service.source, `version = "v${version}"\n`);
      };
      for (let count = 0; count < HOTPOD_SAVES; count += 1) {
        const from = items.length;
        await save();
        if (!(await service.swapped(from))) throw new Error(`v${version} never came to serve`);
      }
      await bench.clock.wait(QUIET_MS);
      const paced = builds() - first;
      for (let count = 0; count < BURST; count += 1) await save();
      const isLast = await untilAnswered(service, bench, `v${version}-l1`);
      await bench.clock.wait(QUIET_MS);
      record.count("saves", HOTPOD_SAVES);
      record.count("reloads", paced);
      record.count("each", paced / HOTPOD_SAVES);
      record.count("burst", BURST);
      record.count("burstReloads", builds() - first - paced);
      record.text("last", isLast ? "yes" : "no");
      record.count("overlaps", overlapsOf(items.flatMap(({ kind }) => asReload(kind))));
      drawNotices(record, items, bench.clock.nowMs());
    },
  };
}

/** A build as a line of a reload's log. */
function asReload(kind: string): readonly string[] {
  if (kind === "build-started") return ["began"];
  return /^build-(succeeded|failed|cancelled)$/.test(kind) ? ["ended"] : [];
}

async function untilAnswered(
  service: BuiltUnderHotpod,
  { clock }: LabBench,
  expected: string,
): Promise<boolean> {
  const deadline = clock.nowMs() + PATIENCE_MS;
  while ((await service.answer()) !== expected) {
    if (clock.nowMs() > deadline) return false;
    await clock.wait(20);
  }
  return true;
}
