import {
  above,
  atLeast,
  equals,
  matches,
  type Prediction,
  predict,
} from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { builtUnderHotpod } from "#lab/programs/files/built-under-hotpod.js";
import { mountedVolume } from "#lab/programs/files/mounted-volume.js";
import {
  CHMOD,
  COPY,
  IN_PLACE,
  RENAME,
  readMeanwhile,
  SAFE_WRITE,
  type SavingPattern,
  SED,
  TOUCH,
  VIM,
  VIM_IN_PLACE,
} from "#lab/programs/files/saving-patterns.js";
import { type Told, watchByKernel } from "#lab/programs/files/told-by-kernel.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** What a watcher gets to hear of late events. */
const QUIET_MS = 500;
/** More than a busy machine takes from one step of a save to the next. */
const DEBOUNCE = "500ms";
const TEXT = 'version = "v1"\n';
const SAVED_WITHOUT_VIM = [IN_PLACE, RENAME, COPY, SED, SAFE_WRITE];

const HEARS_ON = predict("deaf", equals(0), "the file is the same, so the watch goes on");
const DEAF = [
  predict("watch", matches(/IGNORED$/), "the watched file was replaced and removed"),
  predict("deaf", equals(1), "the watch is gone with it; the new file under that name has none"),
];
const STAYS = predict("gone", equals(0), "the name leads to a file all the time");
const GONE = predict("gone", equals(1), "it is renamed away before the new one takes its name");

export const l303: Scenario = {
  id: "L303",
  chapter: 3,
  title: "How editors save, and what a watcher hears",
  claim: "An editor's atomic save is split into several file events.",
  story: {
    before:
      "A file is saved once in each of nine ways, and a mounted ConfigMap is updated. Two inotify watches listen, one on the folder and one on the file itself. Then the file is written once more: does the watch on the file hear it? In the end one watch on a file goes through five saves.",
    after:
      "hotpod (debounce 500ms) builds a program from a file and a mounted ConfigMap; the file is saved in each of the ways, and the volume is updated.",
  },
  correction:
    "One save makes up to seven events about the file. More than their number counts what lies between them: for a moment the name leads nowhere (vim, safe write) or to an empty file (written in place, cp, vim's new file), and a tool that builds at the first event builds from nothing. A watch on the file itself is dead after the first save that replaces the file, and after the first update of a ConfigMap. A watch on the folder hears everything; of a ConfigMap only ..data, never the file's name.",
  advice: [
    "Watch folders, never single files; of a mounted ConfigMap the folder of the mount.",
    "Compare contents: touch and chmod make events, too, and one save makes several.",
    "Do not build at the first event from a file that has just vanished or become empty.",
  ],
  rules: ["HP507", "HP1205"],
  settings: ["watch", "debounce", "ignore"],
  needs: ["linux", "go"],
  budgetSeconds: 10,
  timed: false,
  tags: ["watch", "files"],
  measures: {
    folder: { about: "what the watch on the folder was told of the save", unit: "" },
    watch: { about: "what the watch on the file was told of the save", unit: "" },
    events: { about: "events about the file's own name", unit: "events" },
    gone: { about: "moments at which the name led nowhere", unit: "moments" },
    found: { about: "bytes found by somebody who read in the midst of the save", unit: "bytes" },
    deaf: { about: "watches on the file that did not hear the next write", unit: "watches" },
    saves: { about: "saves that changed the content", unit: "saves" },
    missed: { about: "of them, those that were not noticed", unit: "saves" },
    builds: { about: "builds that succeeded", unit: "builds" },
    swaps: { about: "generations promoted", unit: "generations" },
    idle: { about: "builds begun for touch and chmod", unit: "builds" },
    vain: { about: "builds that were begun and came to nothing", unit: "builds" },
    wrong: { about: "saves after which something else was served", unit: "saves" },
  },
  arms: [
    heard(IN_PLACE, [
      predict("folder", matches(/^MODIFY f, MODIFY f, CLOSE_WRITE f$/), "emptied, written, closed"),
      predict("found", equals(0), "between the first two it is there and empty"),
      ...[STAYS, HEARS_ON],
    ]),
    heard(COPY, [
      predict("folder", matches(/^(MODIFY f, )+CLOSE_WRITE f$/), "emptied and written, as above"),
      ...[STAYS, HEARS_ON],
    ]),
    heard(RENAME, [
      predict("folder", matches(/MOVED_FROM f\.tmp, MOVED_TO f$/), "one event about the file"),
      ...[STAYS, ...DEAF],
    ]),
    heard(SED, [
      predict("folder", matches(/^CREATE (\S+), .*MOVED_FROM \1, MOVED_TO f$/), "a rename"),
      ...[STAYS, ...DEAF],
    ]),
    heard(VIM, [
      predict(
        "folder",
        matches(/MOVED_FROM f, MOVED_TO f~, CREATE f, .*CLOSE_WRITE f, .*DELETE f~/),
        "the old file away, a new one under its name, then the old one removed",
      ),
      ...[GONE, ...DEAF],
    ]),
    heard(VIM_IN_PLACE, [
      predict(
        "folder",
        matches(/CREATE f~, .*(MODIFY f, )+(ATTRIB f, )*CLOSE_WRITE f, .*DELETE f~/),
        "a copy is kept while the file is written in place",
      ),
      ...[STAYS, HEARS_ON],
    ]),
    heard(SAFE_WRITE, [
      predict(
        "folder",
        matches(/MOVED_FROM f, MOVED_TO f\S+, MOVED_FROM f\S+, MOVED_TO f, DELETE f\S+$/),
        "the old one away, then the new one in its place",
      ),
      ...[GONE, ...DEAF],
    ]),
    heard(TOUCH, [predict("events", atLeast(1), "events without a change"), HEARS_ON]),
    heard(CHMOD, [predict("folder", equals("ATTRIB f"), "an event without a change"), HEARS_ON]),
    dataSwap(),
    fileWatch(),
    hotpodArm("hotpod", [...SAVED_WITHOUT_VIM, TOUCH, CHMOD], true),
    hotpodArm("hotpod-vim", [VIM, VIM_IN_PLACE, VIM], false),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("safe-write.events", above(1), "one save, several events"),
        predict("safe-write.gone", above(0), "with a gap between them"),
        predict("safe-write.deaf", above(0), "and the watch on the file is dead"),
      ],
    },
    { verdict: "refuted", when: [predict("safe-write.events", equals(1), "one save, one event")] },
  ],
  headline: { before: "file-watch.missed", after: "hotpod.missed", about: "saves missed" },
  byHand: `# with inotify-tools; in your home folder, for vim saves otherwise below /tmp
mkdir -p ~/l303 && cd ~/l303 && echo v1 > f
inotifywait -m . & inotifywait -m f & sleep 1
sed -i s/v1/v2/ f      # the watch on f: ATTRIB, DELETE_SELF, and then for ever nothing
echo v3 > f            # only the watch on the folder hears it
vim -es -c s/v3/v4/ -c wq f < /dev/null; sleep 1; kill %1; kill %2 2> /dev/null`,
};

function heard(pattern: SavingPattern, predictions: readonly Prediction[]): Arm {
  const { name, label, needs } = pattern;
  return {
    ...{ name, side: "before", label, needs, predictions },
    async run(bench, record) {
      const folder = watchedFolder(bench);
      const watch = await watchByKernel(bench, folder, `${folder}/f`);
      record.mark(label);
      await pattern.save(bench, `${folder}/f`, "v1", "v2");
      writeTold(record, await watch.mark(), "f");
      if (pattern === IN_PLACE) record.count("found", readMeanwhile(bench));
      bench.files.append(`${folder}/f`, "more\n");
      record.count("deaf", (await watch.mark()).file.length === 0 ? 1 : 0, 1);
    },
  };
}

function dataSwap(): Arm {
  return {
    ...{ name: "data-swap", side: "before", label: "update of a mounted ConfigMap", needs: [] },
    predictions: [
      predict(
        "folder",
        matches(/MOVED_FROM \.\.data_tmp, MOVED_TO \.\.data/),
        "a link is replaced",
      ),
      predict("events", equals(0), "the visible name is a link that leads through ..data"),
      ...DEAF,
    ],
    async run(bench, record) {
      const volume = mountedVolume(bench.files, `${bench.folder}/volume`, { f: TEXT });
      const watch = await watchByKernel(bench, volume.folder, `${volume.folder}/f`);
      record.mark("update");
      volume.publish({ f: TEXT.replace("v1", "v2") });
      writeTold(record, await watch.mark(), "f");
      volume.publish({ f: TEXT.replace("v1", "v3") });
      record.count("deaf", (await watch.mark()).file.length === 0 ? 1 : 0, 1);
    },
  };
}

/** A tool that was told to watch a file. */
function fileWatch(): Arm {
  return {
    ...{ name: "file-watch", side: "before", label: "one watch on a file, five saves", needs: [] },
    predictions: [
      predict("saves", equals(SAVED_WITHOUT_VIM.length), "every save was made"),
      predict("missed", equals(3), "it hears the save that replaces the file, and none after it"),
    ],
    async run(bench, record) {
      const folder = watchedFolder(bench);
      const watch = await watchByKernel(bench, folder, `${folder}/f`);
      let [saves, missed] = [0, 0];
      for (const pattern of SAVED_WITHOUT_VIM) {
        saves += 1;
        await pattern.save(bench, `${folder}/f`, `v${saves}`, `v${saves + 1}`);
        const isHeard = (await watch.mark()).file.length > 0;
        if (!isHeard) missed += 1;
        record.point("saves", isHeard ? "pass" : "fail", pattern.label);
      }
      record.count("saves", saves);
      record.count("missed", missed, saves);
    },
  };
}

function hotpodArm(name: string, patterns: readonly SavingPattern[], withVolume: boolean): Arm {
  const needs = patterns.flatMap((one) => one.needs).slice(0, 1);
  const saves = patterns.filter(({ changes }) => changes).length + (withVolume ? 1 : 0);
  return {
    ...{ name, side: "after", label: `hotpod run, ${saves} saves`, needs },
    predictions: [
      predict("saves", equals(saves), "every save was made"),
      predict("missed", equals(0), "it watches folders, and reads what is there"),
      predict("wrong", equals(0), "and builds the newest content"),
      predict("builds", equals(saves), "one for each content"),
      predict("swaps", equals(saves), "one for each content"),
      predict("idle", equals(0), "the content is the same"),
      predict("vain", equals(0), "it waits a moment where a file has gone or is empty"),
    ],
    async run(bench, record) {
      const service = await builtUnderHotpod(bench, ["--debounce", DEBOUNCE]);
      const { hotpod, source, volume } = service;
      const count = (kind: string): number =>
        hotpod.notices.items.filter((notice) => notice.kind === kind).length;
      const first = { builds: count("build-succeeded"), swaps: count("promoted") };
      let [version, saved, missed, wrong, idle] = [1, 0, 0, 0, 0];
      const follow = async (save: () => Promise<void>, expected: string): Promise<void> => {
        const from = hotpod.notices.items.length;
        await save();
        saved += 1;
        if (!(await service.swapped(from))) missed += 1;
        if ((await service.answer()) !== expected) wrong += 1;
      };
      for (const pattern of patterns) {
        record.mark(pattern.label);
        const [from, to] = [`v${version}`, `v${version + 1}`];
        if (pattern.changes) {
          version += 1;
          await follow(() => pattern.save(bench, source, from, to), `${to}-l1`);
        } else {
          const begun = count("build-started");
          await pattern.save(bench, source, from, to);
          await bench.clock.wait(QUIET_MS);
          idle += count("build-started") - begun;
        }
      }
      if (withVolume) {
        record.mark("update of the ConfigMap");
        const publish = async (): Promise<void> => volume.publish({ limit: 'limit = "l2"\n' });
        await follow(publish, `v${version}-l2`);
      }
      await bench.clock.wait(QUIET_MS);
      record.count("saves", saved);
      record.count("missed", missed, saved);
      record.count("wrong", wrong, saved);
      record.count("builds", count("build-succeeded") - first.builds);
      record.count("swaps", count("promoted") - first.swaps);
      record.count("idle", idle);
      const begun = count("build-started");
      record.count("vain", begun - count("build-succeeded"), begun);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

function watchedFolder({ files, folder }: LabBench): string {
  files.makeFolder(`${folder}/watched`);
  files.write(`${folder}/watched/f`, TEXT);
  return `${folder}/watched`;
}

function writeTold(record: Recorder, told: Told, name: string): void {
  const heard = told.folder.map(({ event }) => event);
  const about = heard.filter((one) => one.endsWith(` ${name}`));
  record.text("folder", heard.join(", "));
  record.text("watch", told.file.map(({ event }) => event).join(", "));
  record.count("events", about.length);
  record.count("gone", about.filter((one) => /^(MOVED_FROM|DELETE) /.test(one)).length);
  for (const { event, atMs } of told.folder) record.point("folder", "event", event, atMs);
}
