/**
 * The model beside a real kubelet: each recorded time-line has to be one that the model can live, in order and in words, at times
 * that its free phases allow. `make node-timing` records anew.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { prng } from "#base/prng.js";
import type { OpenTimes } from "#kubelet/machine/pod-host.js";
import type { Row as SeenRow } from "#lab/cluster/pod-rows.js";
import { readStructTable } from "#manifest/fields/struct-table.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import type { Pod } from "#model/kube/pod.js";
import type { TimingCase } from "#test/node/timing/case-parts.js";
import { timingCases } from "#test/node/timing/cases.js";
import { manifestOf } from "#test/node/timing/manifest.js";
import { idealNode, type Line } from "./ideal-node.js";

const FOLDER = "test/node/timing/recorded";
const LIVES = 300;
/** The API shows a start up to a second later than it is, and everything else counts from what it shows; a loaded machine takes its time. */
const EARLY_S = 1.3;
const LATE_S = 1.6;
/** What comes last may be cut off. */
const MARGIN_S = 3;

type Row = Omit<SeenRow, "stamp">;

interface Recorded {
  readonly name: string;
  readonly forS: number;
  readonly rows: readonly Row[];
}

const recorded = readdirSync(FOLDER).map(
  (file) => JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Recorded,
);

test("every timing case is recorded, and nothing else", () => {
  assert.deepEqual(
    recorded.map(({ name }) => name).sort(),
    timingCases.map(({ name }) => name).sort(),
  );
  assert.ok(recorded.length >= 12);
});

for (const one of timingCases) {
  test(`a real kubelet: ${one.name}: ${one.shows}`, () => {
    const record = recorded.find(({ name }) => name === one.name);
    assert.ok(record !== undefined);
    const lives = livesOf(one);
    const until = record.forS - MARGIN_S;
    const seen = groupsOf(record.rows.filter(({ what, at }) => what !== "delete" && at <= until));
    const names = new Set([...seen.keys(), ...lives.flatMap((life) => [...life.keys()])]);
    for (const name of names) compare(name, seen.get(name) ?? [], lives, until);
  });
}

type Groups = ReadonlyMap<string, readonly Row[]>;

function compare(
  name: string,
  rows: readonly Row[],
  lives: readonly Groups[],
  until: number,
): void {
  for (const [index, row] of rows.entries()) {
    const models = lives.flatMap((life) => life.get(name)?.[index] ?? []);
    const [some] = models;
    assert.ok(some !== undefined, `${name} ${index + 1} at ${row.at}s, and the model has none`);
    assert.equal(row.text, some.text, `${name} ${index + 1}`);
    const from = Math.min(...models.map(({ at }) => at)) - EARLY_S;
    const to = Math.max(...models.map(({ at }) => at)) + LATE_S;
    assert.ok(
      row.at >= from && row.at <= to,
      `${name} ${index + 1} at ${row.at}s, and the model says ${from.toFixed(1)} to ${to.toFixed(1)}s`,
    );
  }
  // One more that every life has by then would be missing from the record.
  const next = lives.map((life) => life.get(name)?.[rows.length]?.at ?? Number.POSITIVE_INFINITY);
  const latest = Math.max(...next);
  assert.ok(
    latest > until - LATE_S,
    `${name} ${rows.length + 1} is not recorded, and comes by ${latest}s`,
  );
}

/** By what and whose, in order of time. How often a back-off is told depends on how often the pod is looked at. */
function groupsOf(rows: readonly Row[]): Groups {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (!TOLD.has(row.what)) continue;
    const name = row.container === null ? row.what : `${row.what} of ${row.container}`;
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    if (row.what !== "BackOff" || group.length === 0) group.push({ ...row, text: textOf(row) });
  }
  return groups;
}

const TOLD = new Set(
  "started exited Ready NotReady Succeeded Failed Killing Unhealthy BackOff gone".split(" "),
);

/** Restart counts and the ends of back-offs are not in every row; a probe's output ends without a newline. */
const textOf = ({ what, text }: Row): string =>
  what === "started" || what === "BackOff" ? "" : text.trimEnd();

function livesOf(one: TimingCase): Groups[] {
  const pod = podOf(one);
  const names = [...pod.spec.initContainers, ...pod.spec.containers].map(({ name }) => name);
  const random = prng(1);
  const share = (): number => random.below(1_000_001) / 1_000_000;
  return Array.from({ length: LIVES }, () => {
    const begin = 2;
    const open: Partial<OpenTimes> = {
      sandboxUs: () => begin * 1_000_000,
      anchorOf: () => -share() * 60_000_000,
      detectionUs: () => Math.max(1, share() * 1_000_000),
      requeueJitter: () => 1 + share() / 2,
      wallUs: Math.floor(share() * 999_999),
    };
    const { lines } = idealNode(pod, one.scripts, {
      until: begin + one.forS,
      open,
      ...(one.deleteAtS === null
        ? {}
        : {
            acts: [
              [
                begin + one.deleteAtS,
                (machine) => machine.deleted(pod.spec.terminationGracePeriodSeconds),
              ],
            ] as const,
          }),
    });
    return groupsOf(lines.map((line) => rowOf(line, names, begin)));
  });
}

const rowOf = ({ at, what, place, text }: Line, names: readonly string[], begin: number): Row => ({
  ...{ at: at - begin, what, text },
  container: names[place] ?? null,
});

function podOf(one: TimingCase): Pod {
  const value = manifestOf(one);
  const text = JSON.stringify(value);
  const { name, namespace } = value.metadata;
  const { workload, problems } = readWorkload(
    {
      ...{ apiVersion: "v1", kind: "Pod", name, namespace, value, at: null },
      document: { file: one.name, text, linesBefore: 0, value, format: "json" },
    },
    "Pod",
    { minor: 36, table: readStructTable(), unknownFields: "refuse" },
  );
  assert.ok(workload !== null, JSON.stringify(problems));
  return workload.template;
}
