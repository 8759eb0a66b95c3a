import { above, atLeast, equals, predict } from "#lab/judge/prediction.js";
import { mountedVolume } from "#lab/programs/files/mounted-volume.js";
import { nodeService } from "#lab/programs/node-service.js";
import { WATCHER } from "#lab/programs/watcher.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

const ROUNDS = 5;
/** Events of one write come within milliseconds; this is what a watcher gets to hear of later ones. */
const QUIET_MS = 700;
const PATIENCE_MS = 60_000;

export const l302: Scenario = {
  id: "L302",
  chapter: 3,
  title: "Which writes a watcher hears of",
  claim:
    "The reload tool in the main container gets file events for what the init container has written.",
  story: {
    before:
      "A program that watches a folder: started after the write, as a main container is after its init container; started before it, as a sidecar is; on a kubelet's ..data swap; and one that reads once and only then begins to watch.",
    after:
      "hotpod is started, and at five moments of its start the service's file is replaced by a newer version.",
  },
  correction:
    "inotify tells of what happens after the watch was set, and an init container has ended by then: 0 events. A sidecar that started before the writer gets them, and so does a watcher of the folder at a ..data swap, under the names of the links and never under the file's own. A tool that reads first and watches afterwards misses what is written in between, for ever.",
  advice: [
    "Watch first, read afterwards, and compare the content: then nothing falls between.",
    "Watch the folder of a mounted ConfigMap, not its files.",
  ],
  rules: ["HP301", "HP305", "HP507"],
  settings: ["watch", "poll"],
  needs: ["linux"],
  budgetSeconds: 10,
  timed: false,
  tags: ["watch", "files", "quick"],
  measures: {
    events: { about: "events the watcher got", unit: "events" },
    visible: { about: "of them under the visible name of the file", unit: "events" },
    missed: { about: "writes that the tool never came to know", unit: "writes" },
    rounds: { about: "writes during the start", unit: "writes" },
  },
  arms: [
    watching("init", "write, then the watcher starts", "before", [
      predict("events", equals(0), "what was written before the watch is no event"),
      predict("missed", equals(1), "so the tool hears nothing of it"),
    ]),
    watching("sidecar", "the watcher starts, then the write", "after-start", [
      predict("events", atLeast(1), "the watch was there"),
      predict("visible", atLeast(1), "under the name that was written"),
    ]),
    dataSwap(),
    readThenWatch(),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("init.events", equals(0), "no event for the init container's write"),
        predict("sidecar.events", above(0), "though the watcher works"),
      ],
    },
    { verdict: "confirmed", when: [predict("init.events", above(0), "it does get one")] },
  ],
  headline: { before: "read-then-watch.missed", after: "hotpod.missed", about: "writes missed" },
  byHand: `# with inotify-tools: nothing for the first write, an event for the second
mkdir -p /tmp/l302 && cd /tmp/l302 && echo 1 > file
inotifywait -m . & sleep 1; echo 2 > file; sleep 1; kill %1`,
};

function watching(
  name: string,
  label: string,
  written: "before" | "after-start",
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [], predictions },
    async run(bench, record) {
      const { file, write } = watchedFile(bench);
      if (written === "before") write("2");
      const watcher = await startWatcher(bench, file);
      if (written === "after-start") write("2");
      await bench.clock.wait(QUIET_MS);
      const events = eventsOf(watcher);
      record.count("events", events.length);
      record.count("visible", events.filter((one) => one === "file").length, events.length);
      record.count("missed", events.length === 0 ? 1 : 0, 1);
    },
  };
}

/** What the kubelet does when a ConfigMap changes: a new folder, and a link that is replaced by a rename. */
function dataSwap(): Arm {
  return {
    ...{ name: "data-swap", side: "before", label: "the kubelet's ..data swap", needs: [] },
    predictions: [
      predict("events", atLeast(1), "the folder shows the links that come and go"),
      predict("visible", equals(0), "the visible name is a link that is never touched"),
    ],
    async run(bench, record) {
      const volume = mountedVolume(bench.files, `${bench.folder}/volume`, { file: "1" });
      const watcher = await startWatcher(bench, `${volume.folder}/file`);
      volume.publish({ file: "2" });
      await bench.clock.wait(QUIET_MS);
      const events = eventsOf(watcher);
      record.count("events", events.length);
      record.count("visible", events.filter((one) => one === "file").length, events.length);
    },
  };
}

function readThenWatch(): Arm {
  return {
    ...{ name: "read-then-watch", side: "before", label: "reads once, then watches", needs: [] },
    predictions: [
      predict("missed", equals(1), "what is written between the two is neither read nor told"),
    ],
    async run(bench, record) {
      const { file, write } = watchedFile(bench);
      const watcher = await startWatcher(bench, file, { READ: "once" });
      write("2");
      watcher.signal("SIGUSR2");
      await watcher.lines.until("watch", ({ text }) => text === "watching", 0, PATIENCE_MS);
      await bench.clock.wait(QUIET_MS);
      const read = watcher.lines.items.some(({ text }) => text === "read 2");
      const events = eventsOf(watcher);
      record.count("events", events.length);
      record.count("missed", read || events.length > 0 ? 0 : 1, 1);
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, written while it starts", needs: [] },
    predictions: [
      predict("rounds", equals(ROUNDS), "every moment was tried"),
      predict("missed", equals(0), "hotpod watches first, reads afterwards, compares the content"),
    ],
    async run(bench, record, random) {
      const { clock, files, folder, network } = bench;
      let missed = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        const cwd = `${folder}/service-${round}`;
        files.makeFolder(cwd);
        files.write(`${cwd}/app.mjs`, nodeService("v1"));
        const starting = bench.hotpod({
          cwd,
          args: ["--recipe", "none", "--linger", "100ms", "--", "node", "app.mjs"],
        });
        await clock.wait(random.below(600));
        files.write(`${folder}/next.mjs`, nodeService("v2"));
        files.rename(`${folder}/next.mjs`, `${cwd}/app.mjs`);
        record.mark(`write ${round}`);
        const hotpod = await starting;
        const deadline = clock.nowMs() + 20_000;
        let version = "";
        while (version !== "v2" && clock.nowMs() < deadline) {
          const end = await network.ask({ port: hotpod.port, path: "/", timeoutMs: PATIENCE_MS });
          version = end.kind === "answered" ? end.body.trim() : "";
          if (version !== "v2") await clock.wait(20);
        }
        if (version !== "v2") missed += 1;
        await hotpod.stop();
      }
      record.count("rounds", ROUNDS);
      record.count("missed", missed, ROUNDS);
    },
  };
}

function watchedFile(bench: LabBench): { file: string; write: (text: string) => void } {
  const { files, folder } = bench;
  files.makeFolder(`${folder}/volume`);
  const file = `${folder}/volume/file`;
  files.write(file, "1");
  return { file, write: (text) => files.write(file, text) };
}

/** Resolves once it watches, or waits to. */
async function startWatcher(
  bench: LabBench,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<LabProcess> {
  bench.files.write(`${bench.folder}/watcher.mjs`, WATCHER);
  const argv = ["node", `${bench.folder}/watcher.mjs`, file];
  const watcher = await bench.processes.start(argv, { env });
  const isUp = ({ text }: { text: string }): boolean => text === "watching" || text === "waiting";
  await watcher.lines.until("the watcher", isUp, 0, PATIENCE_MS);
  return watcher;
}

/** The names under which events came. */
function eventsOf({ lines }: LabProcess): readonly string[] {
  return lines.items.flatMap(({ text }) => /^event \w+ (.*)$/.exec(text)?.[1] ?? []);
}
