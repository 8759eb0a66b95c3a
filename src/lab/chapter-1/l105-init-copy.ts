import { atLeast, differs, equals, predict } from "#lab/judge/prediction.js";
import { asContainer } from "#lab/probe/as-container.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import type { ContainerProcesses } from "#lab/probe/real-host.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { GO_SERVICE, versionTrailer } from "#lab/programs/go-service.js";
import { nodeService } from "#lab/programs/node-service.js";
import { RELOAD_MODEL } from "#lab/programs/reload-model.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

const PATIENCE_MS = 60_000;

export const l105: Scenario = {
  id: "L105",
  chapter: 1,
  title: "An init container that copies the program",
  claim:
    "An init container that copies the binary races with hot update; the remedy is no copy, an emptyDir and a start script.",
  story: {
    before:
      "A pod whose init container copies version 1 to app/, and whose container runs it under a reload tool (a model). Version 2 is hot-updated. Then the container restarts, then the pod gets a new sandbox; app/ lies in the image's layer, in an emptyDir, or on a persistent volume.",
    after:
      "hotpod with a store on a volume, with boot: image and boot: last-good; version 2 is dropped, hotpod is stopped and started again.",
  },
  correction:
    "There is no race: init containers and containers never run at the same time, and an init container is not run again when a container restarts. What undoes the update is a new sandbox, which runs the copy again, also over a persistent volume: a silent downgrade. In the image's layer every container restart undoes it.",
  advice: [
    "Do not copy the program in an init container; decide what a start runs, and have it said.",
    "hotpod: boot: image starts what the image holds and reports the drift; boot: last-good starts the newest artifact that proved itself.",
  ],
  rules: ["HP301", "HP511", "HP907"],
  settings: ["boot", "store.dir"],
  needs: ["linux"],
  budgetSeconds: 15,
  timed: true,
  tags: ["init", "files"],
  measures: {
    first: { about: "version served at first", unit: "" },
    updated: { about: "version served after the hot update", unit: "" },
    restarted: { about: "version served after a container restart", unit: "" },
    recreated: { about: "version served after a new sandbox", unit: "" },
    inits: { about: "runs of the init container", unit: "runs" },
    overlaps: {
      about: "moments at which init container and container ran together",
      unit: "moments",
    },
    drift: { about: "times hotpod said that what runs is not what the image holds", unit: "times" },
  },
  arms: [
    placement("image", "app/ in the image's layer", {
      restarted: ["v1", "every container starts with the image's own layer"],
      recreated: ["v1", "and so does every sandbox"],
      inits: [0, "the copy of an init container would be in a layer of its own"],
    }),
    placement("empty-dir", "app/ in an emptyDir", {
      restarted: ["v2", "an emptyDir outlives the container, and init is not run again"],
      recreated: ["v1", "a new sandbox runs init again, which copies version 1"],
      inits: [2, "once at the beginning, once for the new sandbox"],
    }),
    placement("persistent", "app/ on a persistent volume, a new pod", {
      restarted: ["v2", "the volume keeps what was written"],
      recreated: ["v1", "the new pod's init container copies version 1 over it"],
      inits: [2, "once for each pod"],
    }),
    hotpodArm("boot-image", "hotpod run, boot: image", "image"),
    hotpodArm("boot-last-good", "hotpod run, boot: last-good", "last-good"),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed",
      when: [predict("empty-dir.overlaps", atLeast(1), "then they could race")],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("empty-dir.overlaps", equals(0), "nothing races"),
        predict("persistent.recreated", equals("v1"), "but the copy that is run again undoes it"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("persistent.recreated", differs("v1"), "nothing undoes the update")],
    },
  ],
  headline: {
    before: "persistent.recreated",
    after: "boot-last-good.restarted",
    about: "served after a new pod (v2 was deployed)",
  },
  byHand: `# in a cluster: an init container with "cp /image/main /app/main" and an emptyDir at /app
kubectl exec POD -- sh -c 'cp /new/main /app/main.new && mv /app/main.new /app/main'
kubectl exec POD -- kill 1         # a container restart: /app/main is still the new one
kubectl delete pod POD             # a new pod: init has copied the old one again`,
};

interface Expected {
  readonly restarted: readonly [version: string, because: string];
  readonly recreated: readonly [version: string, because: string];
  readonly inits: readonly [runs: number, because: string];
}

function placement(name: string, label: string, expected: Expected): Arm {
  const { restarted, recreated, inits } = expected;
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("first", equals("v1"), "what the image or init has put there"),
      predict("updated", equals("v2"), "the hot update works"),
      predict("restarted", equals(restarted[0]), restarted[1]),
      predict("recreated", equals(recreated[0]), recreated[1]),
      predict("inits", equals(inits[0]), inits[1]),
      predict("overlaps", equals(0), "containers start when all init containers have ended"),
    ],
    async run(bench, record) {
      const place = await preparePod(bench, record, name);
      let run = place.begin();
      await place.served(record, "first");
      bench.files.write(`${bench.folder}/next.mjs`, nodeService("v2"));
      bench.files.rename(`${bench.folder}/next.mjs`, `${place.app}/main.mjs`);
      record.mark("hot update to v2");
      await place.reloaded();
      await place.served(record, "updated");
      record.mark("container restart");
      run.process(place.member)?.signal("SIGKILL");
      await run.log.seen("started", place.member + 2, PATIENCE_MS);
      await place.served(record, "restarted");
      record.mark(name === "persistent" ? "new pod" : "new sandbox");
      if (name === "persistent") {
        const old = run.process(place.member);
        run.stop();
        old?.signal("SIGKILL");
        await old?.exited;
        run = place.begin();
        await run.log.seen("started", place.member + 1, PATIENCE_MS);
      } else {
        run.tell((machine) => machine.rebooted());
        await run.log.seen("started", 2 * (place.member + 1) + 1, PATIENCE_MS);
      }
      await place.served(record, "recreated");
      run.stop();
      record.count("inits", place.initRuns());
      record.count("overlaps", place.overlaps());
    },
  };
}

/** The files and processes of the pod. `member`: the place of its container, after its init containers. */
async function preparePod(bench: LabBench, record: Recorder, kind: string) {
  const { files, folder, network, processes } = bench;
  const port = await network.freePort();
  const app = `${folder}/app`;
  const hasInit = kind !== "image";
  files.makeFolder(app);
  files.makeFolder(`${folder}/image`);
  files.write(`${folder}/image/main.mjs`, nodeService("v1"));
  files.write(`${folder}/tool.mjs`, RELOAD_MODEL);
  let [inits, overlaps, inInit] = [0, 0, false];
  let tool: Awaited<ReturnType<ContainerProcesses["start"]>> | null = null;
  const init: ContainerProcesses = {
    async start() {
      inits += 1;
      inInit = true;
      if (tool !== null && processes.isAlive(tool.pid)) overlaps += 1;
      const process = await processes.start(["cp", `${folder}/image/main.mjs`, `${app}/main.mjs`]);
      void process.exited.then(() => {
        inInit = false;
      });
      return process;
    },
  };
  const main: ContainerProcesses = {
    async start() {
      if (inInit) overlaps += 1;
      if (!hasInit) {
        // The container runtime gives every container the image's own files.
        files.remove(app);
        files.copy(`${folder}/image`, app);
      }
      const env = { WATCH: `${app}/main.mjs`, DELAY_MS: "50", PORT: `${port}`, HOST: network.host };
      const argv = ["node", "tool.mjs", "node", `${app}/main.mjs`];
      tool = asContainer(bench, await processes.start(argv, { env }));
      return tool;
    },
  };
  const asked = pod({
    initContainers: hasInit ? [container({ name: "copy" })] : [],
    containers: [container()],
  });
  return {
    app,
    member: hasInit ? 1 : 0,
    begin: (): PodRun =>
      runPod({ bench, record, pod: asked, processes: hasInit ? [init, main] : [main] }),
    initRuns: () => inits,
    overlaps: () => overlaps,
    async reloaded() {
      const isReloaded = ({ text }: { text: string }): boolean => text === "reloaded";
      await tool?.lines.until("reload", isReloaded, 0, PATIENCE_MS);
    },
    /** Waits for an answer, and writes down its version. */
    async served(to: Recorder, key: string) {
      const deadline = bench.clock.nowMs() + PATIENCE_MS;
      for (;;) {
        await network.untilAnswered(port, PATIENCE_MS);
        const end = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
        if (end.kind === "answered") return to.text(key, end.body.trim());
        // A tool may start its service twice for one save.
        if (bench.clock.nowMs() > deadline) throw new Error(`no answer: ${end.words}`);
      }
    },
  };
}

function hotpodArm(name: string, label: string, boot: "image" | "last-good"): Arm {
  const after = boot === "image" ? "v1" : "v2";
  return {
    ...{ name, side: "after", label, needs: ["go"] },
    predictions: [
      predict("first", equals("v1"), "the image's program"),
      predict("updated", equals("v2"), "the dropped one"),
      predict("restarted", equals(after), `that is what boot: ${boot} means`),
      predict("drift", atLeast(1), "and it is said, before it surprises anybody"),
    ],
    async run(bench, record) {
      const { files, folder, network } = bench;
      const program = await bench.goProgram("service", GO_SERVICE);
      for (const one of ["image", "drop", "store"]) files.makeFolder(`${folder}/${one}`);
      const make = (path: string, version: string): void => {
        files.copy(program, path);
        files.append(path, versionTrailer(version));
      };
      make(`${folder}/image/main`, "v1");
      const start = () =>
        bench.hotpod({
          cwd: folder,
          store: `${folder}/store`,
          args: [
            ...["--recipe", "artifact", "--artifact", `${folder}/drop/main`, "--boot", boot],
            ...["--probation", "1s", "--linger", "100ms", "--", `${folder}/image/main`],
          ],
        });
      const answer = async (port: number): Promise<string> => {
        const end = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
        return end.kind === "answered" ? end.body.trim() : "nothing";
      };
      const first = await start();
      record.text("first", await answer(first.port));
      make(`${folder}/next`, "v2");
      const from = first.notices.items.length;
      files.rename(`${folder}/next`, `${folder}/drop/main`);
      const isPassed = ({ kind }: { kind: string }): boolean => kind === "probation-passed";
      await first.notices.until("probation of v2", isPassed, from, PATIENCE_MS);
      record.text("updated", await answer(first.port));
      await untilKept(bench, first.store);
      const drift = first.notices.items.filter(({ kind }) => kind === "drift").length;
      await first.stop();
      // A new pod: what was dropped into the old one is gone, the store's volume is not.
      files.remove(`${folder}/drop/main`);
      const second = await start();
      record.text("restarted", await answer(second.port));
      const again = second.notices.items.filter(({ kind }) => kind === "drift").length;
      record.count("drift", drift + again);
      drawNotices(record, [...first.notices.items, ...second.notices.items], bench.clock.nowMs());
    },
  };
}

/** Until the store remembers, beyond this hotpod, that what serves now was good: a moment after it was said. */
async function untilKept({ clock, files }: LabBench, store: string): Promise<void> {
  const deadline = clock.nowMs() + PATIENCE_MS;
  const isKept = (): boolean =>
    files.facts(`${store}/good`) !== null &&
    files.read(`${store}/good`).trim() === files.linkTarget(`${store}/current`);
  while (!isKept()) {
    if (clock.nowMs() > deadline) throw new Error("the store never marked what serves as good");
    await clock.wait(10);
  }
}
