// Part of test/node/timing.sh: makes the pods of all cases in the node that runs, watches them, and writes what was seen.
import { mkdirSync, writeFileSync } from "node:fs";
import {
  type ApiEvent,
  type ApiPod,
  eventRows,
  podRows,
  type Row as SeenRow,
} from "#lab/cluster/pod-rows.js";
import { apply, kubectl, namespace } from "#test/node/cluster/kubectl.js";
import { watchObject } from "#test/node/cluster/watch.js";
import type { TimingCase } from "./case-parts.js";
import { timingCases } from "./cases.js";
import { manifestOf } from "./manifest.js";

const FOLDER = "test/node/timing/recorded";

/** By the watcher's clock alone. */
type Row = Omit<SeenRow, "stamp">;

/** What differs from node to node is taken out of an event's text. */
const anywhere = ({ at, what, container, text }: SeenRow): Row => ({
  ...{ at, what, container },
  text: text
    .replace(/\b[0-9a-f]{64}\b/g, "0".repeat(64))
    .replace(/\b10\.88\.\d+\.\d+\b/g, "10.0.0.1")
    .replace(/\([0-9a-f-]{36}\)/g, "(uid)"),
});

async function record(one: TimingCase, version: string): Promise<void> {
  const rows: Row[] = [];
  let started: number | null = null;
  let begin = (_: number): void => {};
  const up = new Promise<number>((resolve) => {
    begin = resolve;
  });
  const note = (found: readonly Row[]): void => {
    rows.push(...found);
    const first = rows.find(({ what }) => what === "started");
    if (started === null && first !== undefined) {
      started = first.at;
      begin(first.at);
    }
  };
  const seen = podRows();
  const pods = watchObject<ApiPod>(`/api/v1/namespaces/${namespace}/pods`, one.name, (pod, at) =>
    note(seen(pod, at / 1_000).map(anywhere)),
  );
  const told = eventRows();
  const events = watchObject<ApiEvent>(
    `/api/v1/namespaces/${namespace}/events`,
    `${one.name}`,
    (event, at) => note(told(event, at / 1_000).map(anywhere)),
    "involvedObject.name",
  );
  try {
    await apply(manifestOf(one));
    const from = await up;
    if (one.deleteAtS !== null) {
      await sleepUntil(from + one.deleteAtS);
      rows.push({ at: performance.now() / 1_000, what: "delete", container: null, text: "" });
      await kubectl(["delete", "pod", one.name, "--wait=false"]);
    }
    await sleepUntil(from + one.forS);
    const relative = rows
      .map((row) => ({ ...row, at: Math.round((row.at - from) * 1_000) / 1_000 }))
      .filter(({ at }) => at <= one.forS)
      .sort((a, b) => a.at - b.at);
    const file = `${FOLDER}/${one.name}.json`;
    const recorded = {
      ...{ name: one.name, shows: one.shows, kubernetes: version, runtime: "containerd" },
      ...{ recorded: new Date().toISOString().slice(0, 10), forS: one.forS, rows: relative },
    };
    writeFileSync(file, `${JSON.stringify(recorded, null, 1)}\n`);
    console.log(`${one.name}: ${relative.length} rows`);
  } finally {
    pods.stop();
    events.stop();
    await kubectl([
      "delete",
      "pod",
      one.name,
      "--grace-period=1",
      "--wait=false",
      "--ignore-not-found",
    ]);
  }
}

/** Real time passes here: a node is watched, nothing is waited for. */
const sleepUntil = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1_000 - performance.now()));

mkdirSync(FOLDER, { recursive: true });
const version = JSON.parse(await kubectl(["version", "--output=json"])).serverVersion.gitVersion;
const only = process.argv[2];
const chosen = timingCases.filter(({ name }) => only === undefined || name.includes(only));
// A few at a time: starting a container takes the processor that the others are timed by.
const waiting = [...chosen];
const lane = async (): Promise<void> => {
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    await record(one, version);
  }
};
await Promise.all([lane(), lane(), lane(), lane(), lane()]);
