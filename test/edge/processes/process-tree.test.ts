import assert from "node:assert/strict";
import { test } from "node:test";
import { type ProcessEntry, processesOf } from "#edge/processes/process-tree.js";

const SUPERVISOR = 1;
const MAIN = 10;

function entry(pid: number, parent: number, group: number, session: number): ProcessEntry {
  return { pid, parent, group, session, zombie: false };
}

const root = { main: MAIN, generation: 3, supervisor: SUPERVISOR, others: new Set([90]) };
const unmarked = () => null;

for (const { name, entries, members, marks } of [
  { name: "the main process", entries: [entry(10, 1, 10, 10)], members: [10] },
  { name: "one of its group", entries: [entry(11, 1, 10, 7)], members: [11] },
  { name: "one of its session", entries: [entry(11, 1, 11, 10)], members: [11] },
  {
    name: "descendants with sessions of their own",
    entries: [entry(13, 12, 13, 13), entry(12, 10, 12, 12), entry(10, 1, 10, 10)],
    members: [10, 13, 12],
  },
  { name: "an orphan with its mark", entries: [entry(11, 1, 11, 11)], members: [11], marks: ["3"] },
  {
    name: "not an orphan with another's",
    entries: [entry(11, 1, 11, 11)],
    members: [],
    marks: ["4"],
  },
  {
    name: "not somebody else's child with its mark",
    entries: [entry(11, 5, 11, 11)],
    members: [],
    marks: ["3"],
  },
  {
    name: "not another generation",
    entries: [entry(90, 1, 10, 10), entry(91, 90, 90, 90)],
    members: [],
  },
  { name: "no zombie", entries: [{ ...entry(10, 1, 10, 10), zombie: true }], members: [] },
]) {
  test(`of the tree: ${name}`, () => {
    const markOf = marks === undefined ? unmarked : () => marks[0] ?? null;
    assert.deepEqual(processesOf(root, entries, markOf), members);
  });
}
