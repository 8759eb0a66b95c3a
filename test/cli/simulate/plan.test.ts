import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readFaults } from "#cli/simulate/plan/read-faults.js";
import { readSaves } from "#cli/simulate/plan/read-saves.js";

const MINUTE = 60_000_000;
const saves = (text: string, seed = 1) =>
  readSaves(text, "--saves", { isFile: false, seed, untilUs: MINUTE });
const faults = (text: string) => readFaults(text, "--faults", { isFile: false, untilUs: MINUTE });
const shown = (text: string, seed?: number): string[] =>
  saves(text, seed).values.map(({ at, outcome }) => {
    const after = outcome.kind === "crash" ? `+${outcome.afterUs / 1e6}` : "";
    return `${at / 1e6} ${outcome.kind}${after}`;
  });
const said = (read: {
  problems: readonly { where: string; what: string; hint: string }[];
}): string[] => read.problems.map(({ where, what, hint }) => `${where}: ${what}. ${hint}`);

describe("readSaves", () => {
  test("instants, with outcomes, in order of time", () => {
    assert.deepEqual(shown("20, 0, 10 buildFail, 300ms:crash+2s, 1m touch"), [
      ...["0 ok", "0.3 crash+2", "10 buildFail", "20 ok", "60 touch"],
    ]);
  });

  test("every, from an instant on, up to the end", () => {
    assert.deepEqual(shown("every 20s"), ["0 ok", "20 ok", "40 ok"]);
    assert.deepEqual(shown("every 20s from 5 neverReady"), [
      ...["5 neverReady", "25 neverReady", "45 neverReady"],
    ]);
  });

  test("bursts", () => {
    assert.deepEqual(shown("burst 3@0.1s at 30s"), ["30 ok", "30.1 ok", "30.2 ok"]);
    assert.deepEqual(shown("burst 2@0s"), ["0 ok", "0 ok"]);
  });

  test("poisson: the seed decides, and the rate holds", () => {
    assert.deepEqual(shown("poisson 6/min"), shown("poisson 6/min"));
    assert.notDeepEqual(shown("poisson 6/min", 1), shown("poisson 6/min", 2));
    const read = readSaves("poisson 6/min buildFail 20%", "--saves", {
      ...{ isFile: false, seed: 3, untilUs: 1000 * MINUTE },
    });
    const failed = read.values.filter(({ outcome }) => outcome.kind === "buildFail").length;
    assert.ok(Math.abs(read.values.length - 6000) < 4 * Math.sqrt(6000), `${read.values.length}`);
    assert.ok(Math.abs(failed - 1200) < 4 * Math.sqrt(6000 * 0.2 * 0.8), `${failed}`);
  });

  test("a file: an entry a line, with comments", () => {
    const read = readSaves("0\n# none\n\n10 crash+1s # bad\n", "saves.txt", {
      ...{ isFile: true, seed: 1, untilUs: MINUTE },
    });
    assert.equal(read.values.length, 2);
    const wrong = readSaves("0\n10 buildfail\n", "saves.txt", {
      isFile: true,
      seed: 1,
      untilUs: MINUTE,
    });
    assert.deepEqual(said(wrong), [
      'saves.txt:2:4: "buildfail" is no outcome of a save. Did you mean "buildFail"?',
    ]);
  });

  test("mistakes point at their column", () => {
    const table: readonly [string, string][] = [
      [
        "0,10,evry 5s",
        '--saves, column 6: "evry" is no time, and neither every, poisson nor burst. Did you mean "every"?',
      ],
      [
        "0,1x",
        '--saves, column 3: "1x" is no time. Times are seconds (12.5) or durations (300ms, 1m30s).',
      ],
      ["every", '--saves, column 1: "every" is not all of it. Write every 10s.'],
      ["every 0s", "--saves, column 7: every 0s never comes to an end. Write every 10s."],
      ["poisson 6", '--saves, column 9: "6" is no rate. Write 6/min, 0.5/s or 100/h.'],
      ["poisson 0/min", '--saves, column 9: "0/min" is no rate. Write 6/min, 0.5/s or 100/h.'],
      [
        "burst 5",
        '--saves, column 7: "5" is no burst. Write burst 5@0.1s: how many, and how far apart.',
      ],
      [
        "10 crash",
        "--saves, column 4: crash does not say when. Write crash+2s: two seconds after its start.",
      ],
      ["10 ok+2s", '--saves, column 4: "ok+2s" is no outcome. Only crash takes a time: crash+2s.'],
      ["10 ok 200%", '--saves, column 7: "200%" is no share. Write 20%.'],
      [
        "10 ok 20% x",
        '--saves, column 11: "x" is too much here. The form is TIME OUTCOME SHARE, for example 10 buildFail 20%.',
      ],
      [
        "9999h",
        '--saves, column 1: "9999h" is no time. Times are seconds (12.5) or durations (300ms, 1m30s).',
      ],
      [
        "every 1us",
        "--saves: 100,001 saves, at most 100,000. Save less often, or simulate a shorter time.",
      ],
    ];
    for (const [text, expected] of table) assert.deepEqual(said(saves(text)), [expected], text);
  });
});

describe("readFaults", () => {
  test("points and stretches, of one pod or of all", () => {
    const { values, problems } = faults(
      "hang@40s, crash@5 pod 2, delete@1m, nodeReboot@3, configEdit@2, dependencyDown@10s..30s, outage@0s..3.8s silent",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(values, [
      { kind: "outage", at: 0, untilUs: 3_800_000, how: "silent", pod: null },
      { kind: "configEdit", at: 2_000_000 },
      { kind: "nodeReboot", at: 3_000_000 },
      { kind: "crash", at: 5_000_000, pod: 1 },
      { kind: "dependencyDown", at: 10_000_000, untilUs: 30_000_000 },
      { kind: "hang", at: 40_000_000, pod: null },
      { kind: "delete", at: 60_000_000, pod: null },
    ]);
  });

  test("outages that come again and again", () => {
    const { values } = faults("outage@5s..8.8s 503 pod 1 every 20s");
    assert.deepEqual(
      values.map((fault) => [fault.at / 1e6, fault.kind === "outage" && fault.how]),
      [
        [5, "503"],
        [25, "503"],
        [45, "503"],
      ],
    );
  });

  test("mistakes point at their column", () => {
    const table: readonly [string, string][] = [
      ["hng@40s", '--faults, column 1: "hng" is no fault. Did you mean "hang"?'],
      ["hang", "--faults, column 1: hang does not say when. Write hang@40s."],
      ["outage", "--faults, column 1: outage does not say when. Write outage@10s..30s."],
      [
        "hang@soon",
        '--faults, column 1: "soon" is no time. Times are seconds (12.5) or durations (300ms, 1m30s).',
      ],
      [
        "outage@5s",
        "--faults, column 1: outage@5s does not last. Write outage@10s..30s: from when to when.",
      ],
      [
        "outage@5s..4s",
        "--faults, column 1: outage@5s..4s does not last. Write outage@10s..30s: from when to when.",
      ],
      [
        "outage@1s..2s slow",
        '--faults, column 15: "slow" is no kind of outage, and neither pod nor every. One of refused, silent, 503.',
      ],
      [
        "crash@1s, crash@2s pod 0",
        '--faults, column 24: "0" is no pod. Pods are counted from 1: pod 2.',
      ],
      [
        "outage@1s..2s every 1s",
        "--faults, column 21: every needs a time that is longer than the outage. Write outage@0s..3.8s every 10s.",
      ],
      [
        "nodeReboot@1s pod 2",
        '--faults, column 15: "pod" is too much here. The form is nodeReboot@40s.',
      ],
    ];
    for (const [text, expected] of table) assert.deepEqual(said(faults(text)), [expected], text);
  });
});
