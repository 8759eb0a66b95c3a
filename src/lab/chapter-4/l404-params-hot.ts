import { atLeast, equals, matches, type Prediction, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { mountedVolume } from "#lab/programs/files/mounted-volume.js";
import { VALUE_SERVICE } from "#lab/programs/files/value-service.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";
import { demand, holds, openValuePod, PATIENCE_MS, type Way } from "./params/value-pod.js";

const UPDATES = 5;

export const l404: Scenario = {
  id: "L404",
  chapter: 4,
  title: "Which configuration is updated while a pod runs",
  claim:
    "The Downward API and ConfigMaps in environment variables give policy values that are updated while the pod runs.",
  story: {
    before: `A service is told one value in five ways: by an environment variable, by a file of a mounted ConfigMap that it reads at each request, by the same file read once, by a subPath mount, and by the pod's annotations as a volume. The value is changed ${UPDATES} times; volumes are written by the kubelet's steps. Then its container is restarted. The times are those of this machine: the kubelet's own delay of up to 90 s is not in them.`,
    after:
      "hotpod with a policy directory in which a ConfigMap and annotations are mounted: the same changes, then a value with a mistake. And a service that reads its file only at its start, under hotpod with config.watch=swap, with clients.",
  },
  correction:
    "Volumes are updated, of ConfigMaps and of the Downward API alike; environment variables never are: a running process keeps those it was started with, and only a restart of the container shows it others, in each container at another time. A subPath mount holds the file that was there at the start. And an update of the file is none of the service if the service has read it once and for all.",
  advice: [
    "Mount what is to change as a folder, never as environment variables or by subPath.",
    "Read it when it changes: with hotpod's policy directory, config.watch, or the SDK's config.Load.",
    "Reject a bad value as a whole and keep the last good one, and say so.",
  ],
  rules: ["HP1201", "HP1202", "HP1203", "HP1206"],
  settings: ["policy.dir", "config.watch"],
  needs: ["linux"],
  budgetSeconds: 10,
  timed: false,
  tags: ["config", "files"],
  measures: {
    updates: { about: "changes of the value", unit: "updates" },
    missed: { about: "of them, those that did not reach the running service", unit: "updates" },
    lag: { about: "from the change of the volume until the service knew it", unit: "ms" },
    restarted: { about: "value after a restart of the container", unit: "" },
    newest: { about: "value in the volume by then", unit: "" },
    starts: { about: "starts of the service", unit: "starts" },
    annotation: { about: "setting from the pod's annotations after their change", unit: "" },
    refused: { about: "what hotpod says of the value with a mistake", unit: "" },
    kept: { about: "the setting that counts meanwhile", unit: "" },
    mended: { about: "the setting after the mistake is mended", unit: "" },
    requests: { about: "requests of clients, each on a connection of its own", unit: "requests" },
    lost: { about: "requests without an answer", unit: "requests" },
  },
  arms: [
    told("env", "environment variable (configMapKeyRef, fieldRef)", "never", [
      "a process keeps the environment it was started with",
      "a new container is given the values of its own start",
    ]),
    told("file", "file of a mounted ConfigMap, read at each request", "at once", [
      "the name leads to the new file from the kubelet's swap on",
      "as before",
    ]),
    told("at-start", "file of a mounted ConfigMap, read once", "never", [
      "nobody reads the file again",
      "the new process reads it once, too",
    ]),
    told("sub-path", "file mounted by subPath", "never", [
      "the mount is of the file that was there at the start, which the kubelet leaves behind",
      "a new container gets a mount of the file that is there now",
    ]),
    told("annotations", "annotations of the pod as a volume", "at once", [
      "the kubelet writes the Downward API volume as it writes a ConfigMap's",
      "as before",
    ]),
    policyArm(),
    swapArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("file.missed", equals(0), "volumes are updated"),
        predict("annotations.missed", equals(0), "those of the Downward API, too"),
        predict("env.missed", atLeast(1), "variables are not"),
      ],
    },
    { verdict: "confirmed", when: [predict("env.missed", equals(0), "variables are updated")] },
    { verdict: "refuted", when: [predict("file.missed", atLeast(1), "not even volumes are")] },
  ],
  headline: { before: "env.missed", after: "swap.missed", about: `of ${UPDATES} updates missed` },
  byHand: `# in a cluster: one ConfigMap as a variable, as a volume and by subPath
kubectl create configmap l404 --from-literal=limit=1
kubectl run l404 --image=busybox --overrides='{"spec":{"containers":[{"name":"l404","image":"busybox",
  "command":["sh","-c","while :; do echo env $LIMIT file $(cat /v/limit) subPath $(cat /s); sleep 5; done"],
  "env":[{"name":"LIMIT","valueFrom":{"configMapKeyRef":{"name":"l404","key":"limit"}}}],
  "volumeMounts":[{"name":"v","mountPath":"/v"},{"name":"v","mountPath":"/s","subPath":"limit"}]}],
  "volumes":[{"name":"v","configMap":{"name":"l404"}}]}}'
kubectl patch configmap l404 -p '{"data":{"limit":"2"}}'
kubectl logs -f l404      # after a minute or so: env 1 file 2 subPath 1`,
};

function told(
  name: Way,
  label: string,
  reaches: "never" | "at once",
  [why, whyRestarted]: readonly [why: string, whyRestarted: string],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("updates", equals(UPDATES), "every change was made"),
      predict("missed", equals(reaches === "never" ? UPDATES : 0), why),
      predict("restarted", equals({ measure: "newest" }), whyRestarted),
      predict("starts", equals(2), "at the beginning, and by the restart"),
    ],
    async run(bench, record) {
      const rig = await openValuePod(bench);
      const run = runPod({
        ...{ bench, record, pod: pod({ containers: [container()] }) },
        processes: [{ start: rig.start }],
      });
      await rig.becomes(name, "1");
      let missed = 0;
      const lags: number[] = [];
      for (let update = 1; update <= UPDATES; update += 1) {
        const value = `${update + 1}`;
        const beganMs = bench.clock.nowMs();
        rig.change(value);
        record.mark(`value ${value}`);
        // Whoever reads the volume now finds the new value; then it is asked what this way gives.
        await rig.becomes(name === "annotations" ? "annotations" : "file", value);
        if ((await rig.ask(name)) === value) lags.push(bench.clock.nowMs() - beganMs);
        else missed += 1;
      }
      record.count("updates", UPDATES);
      record.count("missed", missed, UPDATES);
      record.spread("lag", lags);
      run.process(0)?.signal("SIGKILL");
      record.mark("restart of the container");
      await run.log.seen("started", 2, PATIENCE_MS);
      record.text("restarted", (await rig.ask(name)) ?? "none");
      record.text("newest", `${UPDATES + 1}`);
      record.count("starts", run.log.count("started"));
      run.stop();
    },
  };
}

function policyArm(): Arm {
  const settings: readonly Prediction[] = [
    predict("updates", equals(UPDATES), "every change was made"),
    predict("missed", equals(0), "hotpod notices the kubelet's swap and reads the folder"),
    predict("annotation", equals("7s"), "annotations count as the ConfigMap does"),
    predict("refused", matches(/ready\.timeout/), "it names the file and says what is wrong"),
    predict("kept", equals(`${10 + UPDATES}s`), "the last good value stays"),
    predict("mended", equals("20s"), "and the next good one counts"),
    predict("starts", equals(1), "nothing of it restarts anything"),
  ];
  return {
    ...{ name: "policy", side: "after", label: "hotpod run, policy directory", needs: [] },
    predictions: settings,
    async run(bench, record) {
      const { files, folder } = bench;
      const policy = `${folder}/policy`;
      files.makeFolder(policy);
      const configMap = mountedVolume(files, `${policy}/config`, { "ready.timeout": "10s" });
      const drain = (text: string) => ({ annotations: `hotpod.dev/drain.timeout="${text}"\n` });
      const podInfo = mountedVolume(files, `${policy}/podinfo`, drain("5s"));
      const hotpod = await underHotpod(bench, `${policy}/config/ready.timeout`, [
        ...["--policy-dir", policy],
      ]);
      const setting = async (key: string): Promise<string> =>
        (await hotpod.policy())[key]?.value ?? "none";
      const becomes = (key: string, value: string): Promise<void> =>
        demand(bench, `${key} ${value}`, async () => (await setting(key)) === value);
      await followUpdates(bench, record, {
        change: (update) => configMap.publish({ "ready.timeout": `${10 + update}s` }),
        isThere: async (update) => (await setting("ready.timeout")) === `${10 + update}s`,
      });
      podInfo.publish(drain("7s"));
      await becomes("drain.timeout", "7s");
      record.text("annotation", await setting("drain.timeout"));
      configMap.publish({ "ready.timeout": "soon" });
      record.mark("ready.timeout soon");
      const refusal = async () =>
        (await hotpod.followed()).find(({ state }) => state === "refused")?.detail ?? null;
      await demand(bench, "the refusal", async () => (await refusal()) !== null);
      record.text("refused", ((await refusal()) ?? "").replaceAll(`${folder}/`, ""));
      record.text("kept", await setting("ready.timeout"));
      configMap.publish({ "ready.timeout": "20s" });
      await becomes("ready.timeout", "20s");
      record.text("mended", await setting("ready.timeout"));
      writeGenerations(bench, record, hotpod);
    },
  };
}

function swapArm(): Arm {
  return {
    ...{ name: "swap", side: "after", label: "hotpod run, config.watch=swap", needs: [] },
    predictions: [
      predict("updates", equals(UPDATES), "every change was made"),
      predict("missed", equals(0), "a new generation reads the file at its start"),
      predict("requests", atLeast(50), "fewer requests would prove nothing"),
      predict("lost", equals(0), "the old generation accepts until the new one does"),
    ],
    async run(bench, record) {
      const { network } = bench;
      const configMap = mountedVolume(bench.files, `${bench.folder}/config`, { limit: "1" });
      const hotpod = await underHotpod(bench, `${configMap.folder}/limit`, [
        ...["--config-watch", `${configMap.folder}=swap`, "--linger", "100ms"],
      ]);
      const { port } = hotpod;
      const load = await bench.load({
        ...{ port, path: "/at-start", connections: 0, ratePerSecond: 200, thinkMs: 0 },
      });
      await followUpdates(bench, record, {
        change: (update) => configMap.publish({ limit: `${update + 1}` }),
        async isThere(update) {
          const end = await network.ask({ port, path: "/at-start", timeoutMs: PATIENCE_MS });
          return end.kind === "answered" && end.body.trim() === `${update + 1}`;
        },
      });
      const end = await load.stop();
      record.count("requests", end.requests);
      record.count("lost", end.failed, end.requests);
      record.traffic(end.beganMs, end.timeline);
      writeGenerations(bench, record, hotpod);
    },
  };
}

/** The service, told its value by that file. */
function underHotpod(bench: LabBench, file: string, args: readonly string[]) {
  const { files, folder } = bench;
  files.makeFolder(`${folder}/service`);
  files.write(`${folder}/service/service.mjs`, VALUE_SERVICE);
  return bench.hotpod({
    cwd: `${folder}/service`,
    args: ["--recipe", "none", ...args, "--", "node", "service.mjs"],
    env: { LIMIT_FILE: file },
  });
}

interface Updates {
  change(update: number): void;
  isThere(update: number): Promise<boolean>;
}

/** Makes one change after the other, each when the one before has arrived or does not come. */
async function followUpdates(
  bench: LabBench,
  record: Recorder,
  { change, isThere }: Updates,
): Promise<void> {
  const lags: number[] = [];
  for (let update = 1; update <= UPDATES; update += 1) {
    const beganMs = bench.clock.nowMs();
    record.mark(`change ${update}`);
    change(update);
    if (await holds(bench, () => isThere(update))) lags.push(bench.clock.nowMs() - beganMs);
  }
  record.count("updates", UPDATES);
  record.count("missed", UPDATES - lags.length, UPDATES);
  record.spread("lag", lags);
}

function writeGenerations(bench: LabBench, record: Recorder, hotpod: LabHotpod): void {
  const { items } = hotpod.notices;
  record.count("starts", items.filter(({ kind }) => kind === "generation-started").length);
  drawNotices(record, items, bench.clock.nowMs());
}
